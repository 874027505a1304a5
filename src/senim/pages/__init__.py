"""Page components shared by the doors people walk through: layout, forms, tables, receipts, refusals.

Each component is one template in ``templates/senim/``; portal and desk draw nothing of their own that another
page could need. Markup follows govuk-frontend, looks come from ``static/senim/``.
"""
