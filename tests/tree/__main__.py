"""Prints the figures of the tree.

python -m tests.tree
"""

from tests.tree.figures import figures


def main() -> None:
    for one in figures():
        wanted = f"{one.limit:g} or {'more' if one.is_least else 'less'}"
        told = f" ({one.where})" if one.where else ""
        print(f"  {one.name:<42} {one.value:>6g}  {'' if one.is_met else 'NOT '}{wanted}{told}")


if __name__ == "__main__":
    main()
