"""The desk: pages for operators (CA-6, CA-5.15). A process, a host name and a cookie of its own."""
