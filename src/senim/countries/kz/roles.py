"""For whom a person's certificate is: for themselves, or in a role for a legal entity (CA-5.3).

The roles are the national profile's extended key usages; each has a profile to sign with, and one to sign in.
"""

HIMSELF = ""
FIRST_HEAD = "first_head"
PROFILES = {
    HIMSELF: {"sign": "individual_sign", "auth": "individual_auth"},
    FIRST_HEAD: {"sign": "authorised_body", "auth": "first_head_auth"},
    "right_to_sign": {"sign": "official", "auth": "right_to_sign_auth"},
    "financial": {"sign": "financial_sign", "auth": "financial_auth"},
    "personnel": {"sign": "personnel_sign", "auth": "personnel_auth"},
    "employee": {"sign": "employee_sign", "auth": "employee_auth"},
}
ROLES = tuple(role for role in PROFILES if role)
"""Those in which a person acts for a legal entity, the widest first."""

OPERATOR = "operator"
TO_ORDER = {**PROFILES, OPERATOR: {"sign": "operator_sign", "auth": "operator_auth"}}
"""What the authority can be asked for; for an operator, by the provider's responsible staff only."""

SIGNING = frozenset(pair["sign"] for pair in PROFILES.values())
SIGNING_IN = frozenset(pair["auth"] for pair in PROFILES.values())
IN_A_ROLE = frozenset(profile for role in ROLES for profile in PROFILES[role].values())
ROLE_OF = {profile: role for role, pair in PROFILES.items() for profile in pair.values()}
PURPOSE_OF = {profile: purpose for pair in PROFILES.values() for purpose, profile in pair.items()}
