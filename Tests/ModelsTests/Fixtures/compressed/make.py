"""One model in all of joblib's compressions: python3 make.py (joblib 1.6.0, lz4 4.4.4, scikit-learn 1.9.1)."""
import io, pathlib

import joblib
import lz4.frame
import numpy as np
from sklearn.preprocessing import StandardScaler

here = pathlib.Path(__file__).parent
# Long enough that every method refers back, and across blocks.
train = np.arange(8000.0).reshape(2, 4000) % 97
model = StandardScaler().fit(train)
for method, ending in (("zlib", "z"), ("gzip", "gz"), ("bz2", "bz2"), ("xz", "xz"), ("lzma", "lzma"), ("lz4", "lz4")):
    joblib.dump(model, here / f"scaler.joblib.{ending}", compress=(method, 9))
plain = io.BytesIO()
joblib.dump(model, plain)
for name, options in {
    "checked": {"content_checksum": True, "block_checksum": True, "block_linked": False, "store_size": False},
    "stored": {"compression_level": 0, "block_size": lz4.frame.BLOCKSIZE_MAX4MB},
}.items():
    content = plain.getvalue() if name == "checked" else plain.getvalue()[:400] + np.random.RandomState(0).bytes(2000)
    (here / f"{name}.lz4").write_bytes(lz4.frame.compress(content, **options))
    (here / f"{name}.plain.bz2").write_bytes(__import__("bz2").compress(content))
