"""What the responders are shown, as they read it."""

from tests.holders import TestAuthority

from senim.certification import publication, status_files
from senim.certification.status import Status
from senim.certification.status_files import Generation, Known


def shown(authority: TestAuthority) -> Generation:
    folder = publication.folder()
    return status_files.read(folder / str(status_files.current_number(folder)), issuing=[authority.issuing])


def said_of(statuses: Known, serial_number: int) -> Status:
    return status_files.status_in(statuses.record(serial_number))
