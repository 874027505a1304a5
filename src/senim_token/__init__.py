"""senim-token: the small program on somebody's own computer that lets a page use a PKCS#11 token.

A page of an allowed origin asks over a WebSocket on the loopback interface; the program shows in a window of
its own what it is asked for, takes the PIN there, and answers with requests, signatures or a reason why not.
Keys are made in the token and stay there; the PIN never leaves the computer. It speaks to Senim over the
network only and shares no code with it. One process: ``senim_token.program:main``, called by ``entry``.
"""
