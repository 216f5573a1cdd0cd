"""Write digits.csv from the copy of the data set that scikit-learn ships. README.md beside it names the source."""

import pathlib

import sklearn.datasets


def main() -> None:
    digits = sklearn.datasets.load_digits()
    header = ",".join([f"pixel_{row}_{column}" for row in range(8) for column in range(8)] + ["digit"])
    rows = [",".join(str(int(pixel)) for pixel in row) for row in digits.data]
    lines = [header] + [f"{row},{digit}" for row, digit in zip(rows, digits.target, strict=True)]
    pathlib.Path(__file__).with_name("digits.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
