"""Builds the fuzz targets and runs each: `make fuzz`.

    run.py [--runs N] [--keep-corpus] [TARGET]...

Stable Rust is enough (see rustc.sh). Each target runs N times (10,000,000 unless told), one after another, from the
kept corpus, the seeds that seeds.py makes of the shared suite, and what earlier runs found under $FERROAUTH_WORK/fuzz.
Ends with a table, which also lies in fuzz.json there, and with a failure if anything crashed, hung or took too
much memory; the input lies beside the log. `--keep-corpus` writes the smallest set of inputs that reaches the
same code to tests/fuzz/corpus.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = pathlib.Path(os.environ.get("FERROAUTH_WORK") or ROOT / "target").resolve() / "fuzz"
# One unit may take this long and this much; ordinary ones take microseconds and 30 MiB.
LIMITS = ["-timeout=10", "-rss_limit_mb=1024", "-max_len=4096"]
# A kept input is replayed by every `cargo test`: few and small.
MOST_FILES = 40
KINDS = {"crash": "crashes", "timeout": "timeouts", "oom": "out of memory"}


def targets():
    return sorted(path.stem for path in (HERE / "fuzz_targets").glob("*.rs"))


def build():
    """Builds the programs; returns the folder that they lie in."""
    triple = re.search(r"^host: (\S+)$", subprocess.check_output(["rustc", "-vV"], text=True), re.M).group(1)
    command = ["cargo", "build", "--profile", "fuzz", "--target", triple, "-p", "ferroauth-fuzz", "--features", "libfuzzer", "--bins"]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"RUSTC_WORKSPACE_WRAPPER": str(HERE / "rustc.sh")})
    metadata = subprocess.check_output(["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=ROOT)
    built = pathlib.Path(json.loads(metadata)["target_directory"]) / triple / "fuzz"
    # A copy, so that a build meanwhile does not change what runs.
    programs = WORK / "programs"
    programs.mkdir(parents=True, exist_ok=True)
    for name in targets():
        shutil.copy2(built / f"fuzz_{name}", programs / name)
    return programs


def folders(name):
    """Where the target's inputs are: the own folder first, into which new ones go."""
    own = WORK / "corpus" / name
    own.mkdir(parents=True, exist_ok=True)
    return [own] + [folder for folder in (HERE / "corpus" / name, WORK / "seeds" / name) if folder.is_dir()]


def paused(program, finds):
    """Whether a unit was over time because the machine stood still: alone it is quick. Such finds are removed."""
    late = list(finds.glob("timeout-*"))
    again = [subprocess.run([program, *LIMITS, file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode for file in late]
    if not late or any(again) or len(list(finds.iterdir())) > len(late):
        return False
    for file in late:
        file.unlink()
    return True


def run(programs, name, runs):
    """Runs one target; returns its row."""
    finds = WORK / "finds" / name
    shutil.rmtree(finds, ignore_errors=True)
    finds.mkdir(parents=True)
    log = WORK / f"{name}.log"
    log.unlink(missing_ok=True)
    started, executions = time.monotonic(), 0
    while True:
        command = [programs / name, f"-runs={runs - executions}", *LIMITS, "-print_final_stats=1", f"-dict={HERE / 'dictionaries' / 'json.dict'}",
                   f"-artifact_prefix={finds}/", *folders(name)]
        with log.open("ab") as sink:
            before = sink.tell()
            code = subprocess.run([str(word) for word in command], stdout=sink, stderr=subprocess.STDOUT, check=False).returncode
        text = log.read_bytes()[before:].decode("utf-8", "replace")
        number = lambda pattern: int(found[-1]) if (found := re.findall(pattern, text)) else 0  # noqa: E731, B023
        executions += number(r"stat::number_of_executed_units: +(\d+)")
        if code == 0 or executions >= runs or not paused(programs / name, finds):
            break
    seconds = time.monotonic() - started
    row = {"executions": executions, "seconds": round(seconds, 1), "executions_per_s": round(executions / seconds), "edges": number(r" cov: (\d+)"),
           "corpus": number(r" corp: (\d+)"), "peak_mib": number(r"stat::peak_rss_mb: +(\d+)"), "exit": code}
    return row | {kind: len(list(finds.glob(f"{prefix}-*"))) for prefix, kind in KINDS.items()}


def keep(programs, name):
    """The smallest set of inputs that reaches the same code; of too many, some of each length."""
    kept, merged = HERE / "corpus" / name, WORK / "merged" / name
    shutil.rmtree(merged, ignore_errors=True)
    merged.mkdir(parents=True)
    # A merge passes over what crashes: that has to be looked at first.
    finds = WORK / "finds" / f"{name}-merge"
    shutil.rmtree(finds, ignore_errors=True)
    finds.mkdir(parents=True)
    with (WORK / f"{name}-merge.log").open("wb") as sink:
        command = [programs / name, "-set_cover_merge=1", "-use_counters=0", *LIMITS, f"-artifact_prefix={finds}/", merged, *folders(name)]
        subprocess.run([str(word) for word in command], stdout=sink, stderr=subprocess.STDOUT, check=True)
    if any(finds.iterdir()):
        sys.exit(f"{name}: inputs of the corpus fail, see {finds}")
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    files = sorted(merged.iterdir(), key=lambda path: (path.stat().st_size, path.name))
    for index in range(min(len(files), MOST_FILES)):
        file = files[index * len(files) // min(len(files), MOST_FILES)]
        shutil.copyfile(file, kept / file.name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--runs", type=int, default=10_000_000)
    parser.add_argument("--keep-corpus", action="store_true")
    given = parser.parse_args()
    chosen = given.targets or targets()
    if unknown := set(chosen) - set(targets()):
        parser.error(f"no target is called {', '.join(sorted(unknown))}; there are {', '.join(targets())}")
    programs = build()
    subprocess.run([sys.executable, HERE / "seeds.py", WORK / "seeds"], check=True)
    rows = {}
    for name in chosen:
        print(f"{name}: {given.runs:,} executions, log {WORK / name}.log", flush=True)
        rows[name] = run(programs, name, given.runs)
        (WORK / "fuzz.json").write_text(json.dumps(rows, indent=1) + "\n")
        if given.keep_corpus:
            keep(programs, name)
    print(f"\n{'target':<14}{'executions':>12}{'a second':>10}{'edges':>8}{'corpus':>8}{'MiB':>6}  " + "".join(f"{kind:>15}" for kind in KINDS.values()))
    for name, row in rows.items():
        print(f"{name:<14}{row['executions']:>12,}{row['executions_per_s']:>10,}{row['edges']:>8}{row['corpus']:>8}{row['peak_mib']:>6}  "
              + "".join(f"{row[kind]:>15}" for kind in KINDS.values()))
    bad = [name for name, row in rows.items() if row["exit"] or any(row[kind] for kind in KINDS.values())]
    print(f"{len(rows) - len(bad)} passed, {len(bad)} failed")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
