#include "replay/svg.h"

#include <fmt/format.h>

#include <cmath>

namespace loadline {

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return escaped;
}

double NiceStep(double range) {
  const double power = std::pow(10, std::floor(std::log10(range / 5)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (range / (factor * power) <= 6) return factor * power;
  }
  return 10 * power;
}

std::string HtmlTable(const std::vector<std::vector<std::string>>& rows) {
  std::string table = "<table>\n";
  for (const auto& row : rows) {
    table += "<tr>";
    const std::string_view cell = &row == &rows.front() ? "th" : "td";
    for (const std::string& text : row) table += fmt::format("<{}>{}</{}>", cell, EscapeXml(text), cell);
    table += "</tr>\n";
  }
  return table + "</table>\n";
}

}  // namespace loadline
