"""Messages: the door for what phones send us. A process of its own, bound to the SMSC as a receiver.

Delivery receipts change the state of notices. A person who writes is answered, politely, that nothing can
be done by SMS yet; what was written is neither stored nor logged. Clauses: PH-5.2b (whether the code
arrived).
"""
