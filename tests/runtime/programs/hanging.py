"""Gives signs of life until SIGUSR1, then none; on SIGUSR2 it takes 300 MB of memory."""

import signal
import time

from senim.pulse import beat

taken: list[bytearray] = []
hangs: list[bool] = []

signal.signal(signal.SIGUSR1, lambda *_: hangs.append(True))
signal.signal(signal.SIGUSR2, lambda *_: taken.append(bytearray(b"x" * 300_000_000)))
while True:
    if not hangs:
        beat()
    time.sleep(0.2)
