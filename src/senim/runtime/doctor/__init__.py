"""``senim doctor``: what is wrong with this instance, and how to mend each of it.

Every check is one small function in the table ``checks.CHECKS``; it looks and changes nothing. Certificates
and people are named by serial numbers and counts, so that what it says may be copied into a letter.
"""
