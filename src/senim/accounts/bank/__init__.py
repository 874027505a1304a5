"""A bank's app as the place where a number is compared and connected (PH-7a, PH-7b, PH-9, PH-3).

For admitted banks whose customer is about to look at digital documents in the bank's app.

* ``checks``: is the number the bank has the one connected here? One of two words, and the holder is told;
* ``requests``: where it is not, the person is recognised by biometrics, gets a code on that number and types
  it into the bank's app, and the number is connected, by the table in ``process``.

A bank that asks alone, without its customer, learns next to nothing and changes nothing: until a person was
recognised, no account is touched and no code is sent. Why so: docs/decisions/0066-banks.md.
"""
