"""Does not stop when it is asked to."""

import signal
import time

from senim.pulse import beat as ready

signal.signal(signal.SIGTERM, signal.SIG_IGN)
ready()
time.sleep(600)
