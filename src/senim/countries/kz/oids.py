"""Object identifiers of Kazakhstan's certificates, and the standard ones our profiles name.

National ones as seen in certificates of the national authority (policies, roles of legal entities) or in the
order on its certificates (roles of the authority's own staff, adilet V2000021440).
"""

# Extended key usages (RFC 5280 §4.2.1.12, RFC 6960 §4.2.2.2, RFC 3161 §2.3)
EXTENDED_KEY_USAGES = {
    "client_authentication": "1.3.6.1.5.5.7.3.2",
    "email_protection": "1.3.6.1.5.5.7.3.4",
    "time_stamping": "1.3.6.1.5.5.7.3.8",
    "ocsp_signing": "1.3.6.1.5.5.7.3.9",
    # Roles: who the subject is
    "individual": "1.2.398.3.3.4.1.1",
    "legal_entity": "1.2.398.3.3.4.1.2",
    "first_head": "1.2.398.3.3.4.1.2.1",
    "right_to_sign": "1.2.398.3.3.4.1.2.2",
    "financial_documents": "1.2.398.3.3.4.1.2.3",
    "personnel": "1.2.398.3.3.4.1.2.4",
    "employee": "1.2.398.3.3.4.1.2.5",
    "information_system": "1.2.398.3.3.4.1.2.6",
    # Roles of the authority's own staff
    "operator": "1.2.398.3.3.4.2.3",
}
OPERATOR = EXTENDED_KEY_USAGES["operator"]
EMPLOYEE = EXTENDED_KEY_USAGES["employee"]

# Certificate policies (RFC 5280 §4.2.1.4)
POLICIES = {
    "authority": "1.2.398.3.3.1.1",
    "subscriber": "1.2.398.3.3.2",
}
TIME_STAMP_POLICY = "1.2.398.3.3.2.6.1"
