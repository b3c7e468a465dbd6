"""The hosts beside the libraries that their users know: run.py --installed DIR --python PYTHON --node DIR [--work DIR]

DIR of --installed holds the packages as install_as_user.sh leaves them, PYTHON has the peers of requirements/bench.txt, and the other DIR
those of tests/bench/node. Every runner prints a line for each peer and algorithm; this adds them up, and asks for at least 5,000
valid tokens made by foreign libraries, of which none was refused.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
VALID = 5000


def runners(given, inputs):
    """Name, command and what it needs in the environment."""
    installed = pathlib.Path(given.installed).resolve()
    packages = subprocess.check_output([installed / "python/bin/python", "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"], text=True).strip()
    yield "python", [given.python, "-W", "ignore", "-B", HERE / "peers.py", inputs], {"PYTHONPATH": packages}
    for kind in ("signed", "encrypted"):
        yield f"python, {kind}", [given.python, "-W", "ignore", "-B", HERE / f"{kind}.py", inputs], {"PYTHONPATH": packages}
    yield "command line", [given.python, "-W", "ignore", "-B", HERE / "command_line.py", inputs], {"PYTHONPATH": packages}
    for name, program in (("node", "peers"), ("node, signed", "signed"), ("node, encrypted", "encrypted")):
        yield name, ["node", HERE / f"{program}.mjs", inputs, pathlib.Path(given.node).resolve(), installed / "node"], {}
    yield "php", ["php", HERE / "peers.php", inputs], {"FERROAUTH_INSTALLED": str(installed / "php")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--installed", "--python", "--node"):
        parser.add_argument(name, required=True)
    parser.add_argument("--work", default="target/differential")
    given = parser.parse_args()
    work = pathlib.Path(given.work)
    work.mkdir(parents=True, exist_ok=True)
    inputs = work / "inputs.json"
    subprocess.run([sys.executable, "-B", HERE / "inputs.py", inputs], check=True)
    passed = failed = foreign = back = accepted = 0
    for host, command, more in runners(given, inputs):
        # Authlib warns on each import that its JOSE part will move; warnings are shown only where a runner fails.
        done = subprocess.run([str(word) for word in command], env=os.environ | more, text=True, errors="replace", capture_output=True, timeout=280, check=False)
        if done.returncode:
            print(done.stderr[-2000:])
        good = re.findall(r"^ok (\S+) (\d+)$", done.stdout, re.M)
        bad = [line for line in done.stdout.splitlines() if not re.match(r"ok \S+ \d+$", line)]
        for line in bad:
            print(f"{host}: {line[:600]}")
        count = {kind: sum(int(n) for name, n in good if name.endswith(f"-{kind}")) for kind in ("theirs", "ours")}
        met = sum(int(n) for name, _ in good for n in re.findall(r"-hostile-(\d+)-accepted$", name))
        foreign, back, accepted = foreign + count["theirs"], back + count["ours"], accepted + met
        passed, failed = passed + len(good), failed + len(bad) + (done.returncode != 0)
        print(f"{host:<19}{len(good):>4} as they should, {len(bad)} not; {count['theirs']} of their tokens accepted, {count['ours']} of ours accepted there, {met} hostile tokens accepted on both sides")
    if foreign < VALID:
        failed += 1
        print(f"only {foreign} valid tokens of foreign libraries were accepted, {VALID} are asked for")
    print(f"{foreign} valid tokens made by foreign libraries, 0 refused; {back} of ours accepted by them" if not failed else "see above")
    print(f"{passed} passed, {failed} failed")
    sys.exit(0 if passed and not failed else 1)


if __name__ == "__main__":
    main()
