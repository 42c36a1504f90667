"""What happens to Chalice's zip. Packaging for real needs the registry; `make package` does it."""

import importlib.metadata
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra import package

TAG = sys.implementation.cache_tag


def zip_of(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x = 1\n" if name.endswith(".py") else "Name: x\nVersion: 1\n\nA long README.\n")
    return path


def contents(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


@pytest.mark.parametrize(
    "name",
    [
        "app.py",
        "six.py",
        "_cffi_backend.cpython-311-aarch64-linux-gnu.so",
        "chalicelib/templates/home.html",
        "chalicelib/messages/standard/receipt/es/sms.txt",
        "chalicelib/static/portal.css",
        "chalicelib/locales/es/LC_MESSAGES/portal.mo",
        "babel/locale-data/root.dat",
        "babel/locale-data/en_US.dat",
        "babel/locale-data/es_MX.dat",
        "babel/global.dat",
        "botocore/data/endpoints.json",
        "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
        "jinja2/tests.py",
        "reportlab/pdfgen/canvas.py",
        "PIL/_imaging.cpython-311-aarch64-linux-gnu.so",
        "pillow.libs/libjpeg-45fb3b13.so.62.4.0",
        "PIL/_webp.cpython-311-aarch64-linux-gnu.so",
        "pillow.libs/libwebp-d8b9687f.so.7.2.0",
        "pillow.libs/libsharpyuv-95d8a097.so.0.1.2",
        "chalicelib/paper/fonts/NotoSans-Regular.ttf",
        "chalicelib/paper/fonts/OFL.txt",
        "stripe-16.1.0.dist-info/METADATA",
        "stripe-16.1.0.dist-info/licenses/LICENSE",
    ],
)
def test_kept(name: str) -> None:
    assert package.is_needed(Path(name))


@pytest.mark.parametrize(
    "name",
    [
        "babel/locale-data/de.dat",
        "babel/locale-data/est.dat",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "boto3/data/ec2/2016-11-15/resources-1.json",
        "jmespath-1.1.0.data/scripts/jp.py",
        "reportlab/fonts/DarkGardenMK.pfb",
        "reportlab/graphics/shapes.py",
        "PIL/_avif.cpython-311-aarch64-linux-gnu.so",
        "pillow.libs/libavif-c06c46c1.so.16.4.1",
        "stripe-16.1.0.dist-info/RECORD",
        "some/tests/test_it.py",
        "markupsafe/_speedups.c",
        "pycparser/c_parser.py",
        "chalicelib/__pycache__/settings.cpython-311.pyc",
        "chalicelib/locales/es/LC_MESSAGES/portal.po",
    ],
)
def test_left_out(name: str) -> None:
    assert not package.is_needed(Path(name))


def test_papers_and_photos_are_drawn_by_what_is_left_of_the_libraries(tmp_path: Path) -> None:
    """What is pruned must not be missed: an import of it would fail in production only."""
    for name in ("reportlab", "pillow"):
        for file in importlib.metadata.files(name) or ():
            if package.is_needed(Path(file)):
                target = tmp_path / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(Path(str(file.locate())), target)
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from tests.billing import test_papers as t\n"
        "import PIL, reportlab; assert PIL.__file__.startswith(sys.argv[1]), PIL.__file__\n"
        "for kind in ('PNG', 'JPEG', 'GIF'): t.draw(t.an_invoice(), logo=t.picture(kind))\n"
        "from chalicelib import pictures\n"
        "for kind in ('PNG', 'JPEG', 'WEBP'): pictures.redraw(t.picture(kind), (64,), 10**6)\n"
        "print(reportlab.__file__)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, cwd=package.ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == str(tmp_path / "reportlab/__init__.py"), done.stderr
    assert not (tmp_path / "reportlab/fonts").exists()


def test_every_library_has_a_wheel_for_the_lambda(sam: dict[str, Any]) -> None:
    """Lambda's Python 3.11 has glibc 2.26; Pillow's wheels from 12.3 on want 2.27, and Chalice then packages none."""
    pinned = (package.ROOT / "requirements.txt").read_text(encoding="utf-8")
    runtimes = {one["Properties"]["Runtime"] for one in package.functions(sam).values()}
    assert "pillow==12.2." in pinned or not runtimes & {"python3.10", "python3.11"}


def test_every_source_has_its_byte_code_and_metadata_loses_the_readme(tmp_path: Path) -> None:
    raw = zip_of(tmp_path / "raw.zip", "app.py", "chalicelib/web/routes.py", "x-1.dist-info/METADATA")
    package.finish_zip(raw, tmp_path / "finished.zip")
    names = contents(tmp_path / "finished.zip")
    assert f"__pycache__/app.{TAG}.pyc" in names
    assert package.without_byte_code(names) == []
    assert package.without_byte_code(["app.py"]) == ["app.py"]
    with zipfile.ZipFile(tmp_path / "finished.zip") as archive:
        assert archive.read("x-1.dist-info/METADATA") == b"Name: x\nVersion: 1\n"
        code = archive.read(f"__pycache__/app.{TAG}.pyc")
    # Bit 0: checked by hash, not by time. Bit 1 unset: not even that is looked at.
    assert code[4:8] == (1).to_bytes(4, "little")
    assert b"/var/task/app.py" in code
    assert str(tmp_path).encode() not in code


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    raw = zip_of(tmp_path / "raw.zip", "b.py", "a.py")
    mixed = zip_of(tmp_path / "mixed.zip", "a.py", "b.py")
    package.finish_zip(raw, tmp_path / "one.zip")
    package.finish_zip(mixed, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_sizes_tell_ours_from_the_runtimes(tmp_path: Path) -> None:
    with_boto = package.sizes(zip_of(tmp_path / "with.zip", "app.py", "boto3/session.py", "__pycache__/six.x.pyc"))
    without = package.sizes(zip_of(tmp_path / "without.zip", "app.py"))
    assert with_boto.zipped_own == without.zipped_own == without.zipped < with_boto.zipped
    assert with_boto.unpacked_own == without.unpacked


def test_services_the_code_uses_are_described() -> None:
    """botocore's descriptions are pruned; a client of another service would fail in production only."""
    used = set()
    for path in (package.ROOT / "chalicelib").rglob("*.py"):
        used |= set(re.findall(r"\bclient\(\s*\"([a-z0-9-]+)\"", path.read_text(encoding="utf-8")))
    assert used
    assert used <= package.SERVICES


def test_two_files_that_disagree_are_a_mistake() -> None:
    with pytest.raises(package.BadPackage, match="/Outputs/Name"):
        package.merge({"Outputs": {"Name": 1}}, {"Outputs": {"Name": 2}})


@pytest.mark.parametrize("stage", ["", "p", "Prod", "prod/../x", "prod-eu"])
def test_a_stage_that_cannot_be_part_of_every_name_is_refused(stage: str) -> None:
    with pytest.raises(package.BadPackage, match="a stage is"):
        package.merged_template(stage)


def test_what_must_not_be_deployed_says_why(tmp_path: Path) -> None:
    for folder in ("templates", "static", "locales"):
        (tmp_path / "chalicelib" / folder).mkdir(parents=True)
    (tmp_path / "chalicelib/static/portal.css").touch()
    (tmp_path / "chalicelib/static/.hidden").touch()
    template: dict[str, Any] = {
        "Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {"Runtime": "python3.9"}}}
    }
    names = ["app.py", "cryptography/x.so", "chalicelib/templates/a.html", "chalicelib/locales/es.mo"]
    assert [fault.split(",")[0] for fault in package.faults(template, names, tmp_path)] == [
        "F runs on python3.9",
        "no byte code for 1 files: app.py",
        "chalicelib/static/portal.css is missing",
        "chalicelib/static is empty",
        "cryptography must not be in the package",
    ]


def test_the_copy_holds_what_belongs_in_a_lambda(tmp_path: Path) -> None:
    package.copy_project(package.ROOT, tmp_path / "copy", architecture="x86_64", with_requirements=False)
    copied = {path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*")}
    assert {"app.py", "chalicelib/settings.py", ".chalice/policy-sweep.json"} <= copied
    assert not any(part in name for name in copied for part in ("__pycache__", "sandbox", "tests"))
    assert '"x86_64"' in (tmp_path / "copy/.chalice/config.json").read_text(encoding="utf-8")
    assert (tmp_path / "copy/requirements.txt").read_text(encoding="utf-8") == ""
