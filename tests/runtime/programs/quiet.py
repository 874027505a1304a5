"""Says that it is ready, and waits; has a child of its own that dies with it."""

import os
import subprocess
import sys
import time

from senim.pulse import beat as ready
from senim.runtime.supervision import lifeline

subprocess.Popen(
    [sys.executable, "-I", lifeline.__file__, str(os.getpid()), "SIGKILL", "--", "/bin/sleep", "600"]
)
ready()
time.sleep(600)
