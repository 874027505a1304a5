"""A second-tier bank's app: signs its customers in, and asks the portal before it shows digital documents.

It meets the portal where every admitted information system does, at the partner API, under a key of its own:
docs/partners.md says how, and this is an example of it that one may read.
"""
