#!/usr/bin/env python3
"""What is in the image: little, for nobody to change, and started as a user who is nobody else. usage: contents.py ROOTFS IMAGE.json"""
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

LIMIT = 80_000_000  # bytes, unpacked
root = Path(sys.argv[1])
config = json.load(open(sys.argv[2]))["OCIv1"]["config"]
problems = []


def expect(true, what):
    if not true:
        problems.append(what)


everything = [path for path in root.rglob("*")]
files = [path for path in everything if path.is_file() and not path.is_symlink()]
size = sum(path.stat().st_size for path in files)
print(f"   {size / 1e6:.1f} MB in {len(files)} files")
expect(size <= LIMIT, f"{size} bytes unpacked; want <= {LIMIT}")

for path in everything:
    name, state = "/" + str(path.relative_to(root)), path.lstat()
    if path.is_symlink():
        target = Path(os.readlink(path))
        expect((root / str(target).lstrip("/")).exists() if target.is_absolute() else path.exists(), f"{name}: leads nowhere")
        continue
    expect(not state.st_mode & (stat.S_ISUID | stat.S_ISGID), f"{name}: setuid or setgid")
    expect(name == "/tmp" or not state.st_mode & stat.S_IWOTH, f"{name}: all may write")
    expect((state.st_uid, state.st_gid) == ((65532, 65532) if name == "/var/lib/loadline" else (0, 0)), f"{name}: whose is it?")
    expect(state.st_mtime == int(os.environ["SOURCE_DATE_EPOCH"]), f"{name}: has a time of its own")
    expect("security.capability" not in os.listxattr(path), f"{name}: has capabilities")
    if path.is_file() and state.st_mode & stat.S_IXUSR:
        # Libraries are executable by habit, the loader by need.
        expect(name == "/usr/bin/loadline" or ".so" in path.name, f"{name}: is a program")
# ICU's data are only what libical needs (docs/decisions/0011-image.md).
for path in files:
    if ".so" in path.name and not path.name.startswith(("libical.", "libicu")):
        needed = subprocess.run(["objdump", "-p", path], check=True, capture_output=True, text=True).stdout
        expect("libicu" not in needed, f"{path.name}: asks for ICU, too")
expect([path.name for path in (root / "usr/bin").iterdir()] == ["loadline"], "/usr/bin: want loadline alone")
expect(not (root / "bin").exists() and not (root / "usr/sbin").exists(), "/bin or /usr/sbin: is there")
expect(stat.S_IMODE((root / "tmp").stat().st_mode) == 0o1777, "/tmp: want 1777")

expect(config["User"] == "65532:65532", f"User: {config['User']}")
expect(config["Entrypoint"] == ["/usr/bin/loadline"], f"Entrypoint: {config['Entrypoint']}")
expect(sorted(config["ExposedPorts"]) == ["50051/tcp", "8080/tcp"], f"ExposedPorts: {config['ExposedPorts']}")
sys.exit("\n".join(problems) or 0)
