"""The demo's steps, in their order."""

from collections.abc import Callable

from tools.demo import bank, counter, evidence, journey, phones, till

STEPS: tuple[Callable[[journey.Journey], None], ...] = (
    journey.order_a_certificate,
    journey.sign_in_at_the_desk,
    journey.identify_and_confirm,
    journey.install_the_certificates,
    journey.check_the_status,
    journey.ask_for_a_time_stamp,
    journey.sign_in_to_the_portal,
    journey.connect_the_phone,
    journey.open_the_document,
    journey.view_by_qr,
    journey.view_by_code,
    journey.read_the_marks,
    till.admit_an_information_system,
    till.let_the_system_view,
    till.stop_the_system,
    till.take_the_proof,
    phones.connect_a_phone_in_the_app,
    phones.change_the_number,
    bank.admit_the_bank,
    bank.connect_a_number_in_the_banks_app,
    counter.apply_at_the_counter,
    counter.type_the_code_on_the_citizens_page,
    counter.connect_the_number_at_the_counter,
    evidence.report_a_lost_key,
    evidence.fetch_an_expired_certificate,
    evidence.forge_a_certificate,
    evidence.fetch_the_revocation_lists,
)
