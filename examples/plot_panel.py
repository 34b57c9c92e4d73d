"""A plot from a panel, one line for each place: `python plot_panel.py panel.csv 地区生产总值 plot.svg`."""

import sys

import matplotlib.pyplot as plt
import pandas as pd

panel, indicator, target = sys.argv[1:]
rows = pd.read_csv(panel, dtype={"place": str, "period": str})
rows = rows[(rows["indicator"] == indicator) & (rows["type"] == "level") & (rows["modality"] == "actual")]
table = rows.pivot_table(index="period", columns="place_name", values="value", aggfunc="last") / 1e8
print(table)

plt.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "DejaVu Sans"]
plt.rcParams["svg.fonttype"] = "none"  # text stays text: the reader's fonts draw it
axes = table.plot(marker="o", xlabel="", ylabel="亿元", title=indicator)
axes.legend(title=None)
axes.set_ylim(bottom=0)
plt.savefig(target)
