"""Does not stop when it is asked to."""

import signal
import time

from senim.runtime.child import ready

signal.signal(signal.SIGTERM, signal.SIG_IGN)
ready()
time.sleep(600)
