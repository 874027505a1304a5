"""A witness of Senim's journal (C2SP ``tlog-witness``): signs a checkpoint only if it follows from the last.

Written from the specifications alone. Unlike the rest of the sandbox it remembers: a reset of the world does
not make it forget what it has signed, and neither does a restart.
"""
