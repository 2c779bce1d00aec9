#!/usr/bin/env python3
"""A Spark of one machine drives `zpb export` through `rdd.pipe`, and must say what the direct run says.

    pip install pyspark            # and a Java
    python3 benches/spark.py --files 2000

Each partition is a list of paths; its `zpb` reads them from standard input and answers with a line of JSON a form.
On a cluster the same lines work with paths that every machine sees.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from compare import ROOT, make_inputs
from pyspark.sql import SparkSession

EXPORT = ["export", "--to", "jsonl", "--files-from", "-", "-q"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--zpb", default=str(ROOT / "target/release/zpb"))
    return parser.parse_args()


def through_spark(paths, args):
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    files = spark.sparkContext.parallelize(paths, args.partitions)
    lines = files.pipe(" ".join([args.zpb, *EXPORT]), checkCode=True)
    # What Spark is for: the lines are a table at once.
    table = spark.read.json(lines)
    table.groupBy("year").count().show()
    found = lines.collect()
    spark.stop()
    return found


def direct(paths, args):
    run = subprocess.run([args.zpb, *EXPORT], input="\n".join(paths), capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def main():
    args = arguments()
    with tempfile.TemporaryDirectory() as folder:
        inputs = make_inputs(Path(folder) / "in", args.files)
        paths = sorted(str(path) for path in inputs.glob("*.xlsx"))
        expected, found = direct(paths, args), through_spark(paths, args)
    same = found == expected and len({json.loads(line)["source"]["file"] for line in found}) == len(paths)
    print(f"{len(paths)} files, {len(found)} forms through Spark, {len(expected)} directly: {'the same' if same else 'DIFFERENT'}")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
