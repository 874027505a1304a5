"""A camera that shows a QR: a short raw film (y4m) which Chromium plays as its camera."""

from pathlib import Path

import zxingcpp
from PIL import Image

WIDTH, HEIGHT = 640, 480
FRAMES = 6


def film(folder: Path, text: str, *, turned: float = 7) -> Path:
    """A held phone: the code is turned a little, on grey."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=8, add_quiet_zones=True)).convert("L")
    scene = Image.new("L", (WIDTH, HEIGHT), 150)
    held = drawn.resize((360, 360), Image.Resampling.NEAREST).rotate(turned, expand=True, fillcolor=150)
    scene.paste(held, ((WIDTH - held.width) // 2, (HEIGHT - held.height) // 2))
    grey = b"\x80" * (WIDTH * HEIGHT // 2)
    frame = b"FRAME\n" + scene.tobytes() + grey
    file = folder / "camera.y4m"
    file.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * FRAMES)
    return file
