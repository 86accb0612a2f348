"""requests.csv: three weeks of hours, with days and a little noise of its own."""

import math

with open("requests.csv", "w") as file:
    file.write("ts,value\n")
    for hour in range(21 * 24):
        noise = (hour * 7919 % 101 - 50) / 500
        file.write(f"{1700000000 // 3600 * 3600 + hour * 3600},{1000 - 600 * math.cos(hour * math.pi / 12) + 100 * noise:.1f}\n")
