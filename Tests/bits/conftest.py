"""What the tests of bits share."""

import pathlib
import re

import pytest

FLAGS = {"avx2": {"avx2", "fma"}, "avx512": {"avx512f", "avx512vl", "avx512bw", "avx512dq"}}


@pytest.fixture(params=sorted(FLAGS))
def instruction_set(request):
    """A set that the processor has, whatever the library says."""
    found = re.search(r"^flags\s*:(.*)$", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    if not found or not FLAGS[request.param] <= set(found[1].split()):
        pytest.skip(f"this machine has no {request.param}")
    return request.param
