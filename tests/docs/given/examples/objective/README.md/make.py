"""requests.csv: four days of load, a row every 15 seconds."""

import math

with open("requests.csv", "w") as file:
    file.write("ts,load\n")
    for tick in range(4 * 5760):
        noise = (tick * 7919 % 101 - 50) / 500
        file.write(f"{1700006400 // 15 * 15 + tick * 15},{400 - 250 * math.cos(tick * 2 * math.pi / 5760) + 60 * noise:.1f}\n")
