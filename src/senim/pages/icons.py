"""Line icons, drawn on 24 by 24, by the name of what they mean. Decoration: words always stand beside them."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_PATHS = {
    "key": '<circle cx="8" cy="15" r="4.5"/><path d="M11.3 11.7 20 3m-4 4 3 3m-6 0 2 2"/>',
    "document": '<rect x="2.5" y="5" width="19" height="14" rx="3"/><circle cx="8" cy="11" r="2"/>'
    '<path d="M5 16c.6-1.6 5.4-1.6 6 0m3-6h5m-5 4h4"/>',
    "shield": '<path d="M12 3 4.500 6v5.500c0 4.400 3 7.700 7.500 9.500 4.500-1.800 7.500-5.100 7.500-9.500V6z"/>'
    '<path d="m8.700 12 2.400 2.400 4.300-4.600"/>',
    "lock": '<rect x="5" y="10.500" width="14" height="10" rx="2.500"/><path d="M8 10.500V8a4 4 0 0 1 8 0v2.500"/>',
    "bell": '<path d="M12 3a6 6 0 0 1 6 6c0 5 2 6.500 2 6.500H4S6 14 6 9a6 6 0 0 1 6-6zm-2 16a2 2 0 0 0 4 0"/>',
    "warning": '<path d="M12 3.500 2.500 20h19zM12 10v4.500m0 2.800v.1"/>',
    "organisation": '<path d="M4 10v9.500h16V10M3 9l1.500-5h15L21 9a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0z"/>'
    '<path d="M10 19.500V15h4v4.500"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.200 2"/>',
    "late": '<circle cx="12" cy="12" r="9"/><path d="M12 7v6m0 3.600v.1"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.500 20.500c.6-4 3.600-6 7.500-6s6.900 2 7.500 6"/>',
    "phone": '<rect x="6.500" y="2.500" width="11" height="19" rx="2.500"/><path d="M10.500 18.300h3"/>',
    "mail": '<rect x="2.500" y="5" width="19" height="14" rx="2.500"/><path d="m3.500 7 8.500 6.500L20.500 7"/>',
    "camera": '<path d="M3 8.500A1.500 1.500 0 0 1 4.500 7H8l1.500-2.500h5L16 7h3.500A1.500 1.500 0 0 1 21 8.500v9a1.500 '
    '1.500 0 0 1-1.500 1.500h-15A1.500 1.500 0 0 1 3 17.500z"/><circle cx="12" cy="12.800" r="3.600"/>',
    "search": '<circle cx="10.500" cy="10.500" r="6.500"/><path d="m15.500 15.500 5 5"/>',
    "download": '<path d="M12 3.500v11m-4.500-4 4.500 4.500 4.500-4.500M4 20h16"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.500m0-9.100v.1"/>',
    "door": '<path d="M13.500 3.500h5a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1h-5M4 12h11m-4-4 4 4-4 4"/>',
    "list": '<path d="M9 6.500h11M9 12h11M9 17.500h11M4.500 6.500h.1m-.1 5.500h.1m-.1 5.500h.1"/>',
}
_SIGN = (
    '<svg viewBox="0 0 48 32" fill="none" stroke-width="4.6" aria-hidden="true" focusable="false">'
    '<circle cx="17" cy="16" r="11" stroke="{}" pathLength="360" stroke-dasharray="293 33 34 0"/>'
    '<circle cx="31" cy="16" r="11" stroke="{}" pathLength="360" stroke-dasharray="113 33 214 0"/></svg>'
)
_COLOURS = {"teal": ("#0b5563", "#d9a63a"), "white": ("#fff", "#d9a63a"), "quiet": ("#0b5563", "#71500a")}
_VERDICT = {
    True: '<circle cx="32" cy="32" r="29" stroke="#fff" stroke-width="4"/><path d="m19 33 9 9 17-19" '
    'stroke="#fff" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/>',
    False: '<path d="M20 3h24l17 17v24L44 61H20L3 44V20z" stroke="#fff" stroke-width="4" stroke-linejoin="round"/>'
    '<path d="m22 22 20 20m0-20L22 42" stroke="#fff" stroke-width="6" stroke-linecap="round"/>',
}


def icon(name: str) -> SafeString:
    """The icon of this name. Raises KeyError."""
    return format_html(
        '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" '
        'stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(_PATHS[name]),  # noqa: S308
    )


def sign(colours: str = "teal") -> SafeString:
    """Senim's two rings: teal on paper, white on a document, quiet in an empty state."""
    return format_html(_SIGN, *_COLOURS[colours])


def verdict_sign(good: bool) -> SafeString:
    """Disc and tick, or octagon and cross: a shape for those who do not see the colour."""
    return format_html(
        '<svg viewBox="0 0 64 64" fill="none" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(_VERDICT[good]),  # noqa: S308
    )
