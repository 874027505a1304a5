"""Connect a subscriber number in the mobile app, which is the portal on a phone (PH-6.*, PH-9, PH-A8a).

``beginning.begin`` → ``numbers.confirm_code`` → ``recognition.ask``, ``recognition.take`` → where the request
has to be certified, ``numbers.request_text`` and ``numbers.connect``. The order is the table's in
``process``. ``keys`` says who may have a key made in the app.
"""
