"""A guard for a summariser: what a model writes goes out only if its sources bear it; else it is told what is wrong.

Replace ``write`` by a call of your language model. Everything else runs offline.
"""

import govclaim
from govclaim.checking import verdicts

SOURCE = {
    "id": "bulletin",
    "published": "2026-01-20",
    "text": "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%，居全市第二。今年，青石县力争粮食产量达到35万吨。",
}
ANSWERS = iter([
    "青石县2025年一般公共预算收入超14.02亿元，增长15.27%；粮食产量达到了35万吨。",
    "青石县2025年一般公共预算收入14亿元，增长15.3%；今年力争粮食产量达到35万吨。",
])  # fmt: skip


def write(instructions: str) -> str:
    """Stands for a model: its first answer has two faults."""
    return next(ANSWERS)


def guarded_summary(source, attempts=3):
    instructions = f"概括下文：{source['text']}"
    for _ in range(attempts):
        summary = write(instructions)
        checked = govclaim.verify(summary, source)
        if checked.passed:
            return summary
        faults = "\n".join(verdicts.lines(checked))
        print(f"refused: {summary}\n{faults}")
        instructions += f"\n上一稿有误，请改正：\n{faults}"
    raise SystemExit("no summary that its source bears out")


print("accepted:", guarded_summary(SOURCE))
