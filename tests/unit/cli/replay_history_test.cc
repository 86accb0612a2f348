// `loadline replay` on history, end to end.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "support/places.h"
#include "support/temp_dir.h"
#include "unit/cli/replayed.h"

namespace loadline {
namespace {

using nlohmann::json;
using testing::AnHour;
using testing::Json;
using testing::kHead;
using testing::kService;
using testing::Policy;
using testing::Ran;
using testing::Read;
using testing::Run;
using testing::RunProgram;
using testing::TempDir;

// Without the line that says what it cost.
std::string WithoutCpu(const std::string& text) { return text.substr(0, text.rfind("\n", text.size() - 2)); }

TEST_CASE("Policies are replayed side by side, and beside what really was") {
  const TempDir dir;
  const std::string recording = dir.Write("hour.csv", AnHour());
  const std::string policy = dir.Write("web.yaml", Policy("web", kService));
  const std::string lean = dir.Write("lean.yaml", Policy("lean", kService + "  scaleUp: { stabilize: 3m }\n"));
  const Ran ran = Run({"replay", "--recording", recording, "--policy", policy, "--policy", lean});
  CHECK(ran.exit_code == 0);
  CHECK(WithoutCpu(ran.output) ==
        R"(shop/web: 1h from 2027-01-15 08:00 to 2027-01-15 09:00 (UTC), a decision each 15s.
Load: requests, 10 a second a replica, which serves 30s after it was asked for.

                           really was  web     lean
replica-hours              3.00        2.59    2.49
mean replicas              3.00        2.59    2.49
cost                       1.50        1.30    1.25
short of capacity          16.7 %      1.25 %  6.25 %
at minimum                 0 %         0 %     0 %
at maximum                 0 %         0 %     0 %
changes a day              0.00        72.0    72.0
no answer                  -           0 %     0 %
answered without all data  -           0 %     0 %
load or replicas unknown   0 %         0 %     0 %

web: 13.6 % fewer replica-hours than there really were; short of capacity 1.25 % of the time instead of 16.7 %.
lean: 16.9 % fewer replica-hours than there really were; short of capacity 6.25 % of the time instead of 16.7 %.

Worst moments, really was:
  2027-01-15 08:25  for 10m; at 08:25 38/s needed 3.8, and 3 of 3 were ready

Worst moments, web:
  2027-01-15 08:25  for 45s; at 08:25 38/s needed 3.8, and 2 of 2 were ready: requests wants 3.8: 38 at 10 each

Worst moments, lean:
  2027-01-15 08:25  for 3m45s; at 08:25 38/s needed 3.8, and 2 of 2 were ready: requests wants 3.8: 38 at 10 each; stabilize: only 1.9 was asked for 15s ago, so it stays at the 2 observed

really was and web had different numbers of replicas in 90.8 % of the time, most:
  2027-01-15 08:05  3 against 2
    web: requests wants 1.9: 19 at 10 each

really was and lean had different numbers of replicas in 90.8 % of the time, most:
  2027-01-15 08:05  3 against 2
    lean: requests wants 1.9: 19 at 10 each

web and lean had different numbers of replicas in 5.00 % of the time, most:
  2027-01-15 08:25  4 against 2
    web: requests wants 3.8: 38 at 10 each
    lean: requests wants 3.8: 38 at 10 each; stabilize: only 1.9 was asked for 30s ago, so it stays at the 2 observed
  The policies differ in
    field    web  lean
    scaleUp  -    {stabilize: 3m}
)");
}

TEST_CASE("The example of the documentation says what the documentation says") {
  const std::string source = testing::kSourceDir, folder = source + "/examples/replay/";
  const Ran ran = Run({"replay", "--recording", folder + "web.csv", "--policy", folder + "web.yaml", "--policy",
                       folder + "web-lean.yaml", "--capacity", "50"});
  REQUIRE(ran.exit_code == 0);
  const std::string page = Read(source + "/docs/replay.md");
  const std::size_t begin = page.find("```\n") + 4;
  const std::string shown = page.substr(begin, page.find("```\n", begin) - begin);
  CHECK(shown.size() > 500);
  CHECK(ran.output.find(shown) != std::string::npos);
}

TEST_CASE("The page of a replay is whole, needs nothing else, and has a plot of each run") {
  const TempDir dir;
  const std::string recording = dir.Write("hour.csv", AnHour());
  const std::string policy = dir.Write("web.yaml", Policy("web", kService));
  const std::string other = dir.Write("other.yaml", Policy("other", kService + "  scaleUp: { stabilize: 3m }\n"));
  const std::string page = dir / "replay.html";
  REQUIRE(Run({"replay", "--recording", recording, "--policy", policy, "--policy", other, "--html", page}).exit_code ==
          0);
  const std::string html = Read(page);
  const Ran parsed = RunProgram({"/usr/bin/python3", "-c",
                                 "import sys, xml.dom.minidom as m\n"
                                 "d = m.parseString(sys.stdin.buffer.read())\n"
                                 "def text(n): return n.data if n.nodeType == 3 else ''.join(map(text, n.childNodes))\n"
                                 "print([text(n) for n in d.getElementsByTagName('h2')])\n"
                                 "print([text(n) for n in d.getElementsByTagName('h3')])\n"
                                 "print(len(d.getElementsByTagName('svg')), len(d.getElementsByTagName('script')))"},
                                {}, html);
  CHECK(parsed.output ==
        "['The whole time', 'Worst moments', 'Where they differ']\n"
        "['really was', 'web', 'other', 'really was', 'web', 'other', 'really was and web', 'really was and other', "
        "'web and other']\n9 0\n");
  for (const char* elsewhere : {"http:", "https:", "src=", "href=", "@import", "url("}) {
    INFO(elsewhere);
    CHECK(html.find(elsewhere) == std::string::npos);
  }
  CHECK(html.find("prefers-color-scheme:dark") != std::string::npos);
}

TEST_CASE("A queue is replayed with its depth, and a dry run as what it would be") {
  const TempDir dir;
  std::string rows =
      "# loadline recording 1\n# object shop/web\n# query q1 default depth\n# query q2 default came\n"
      "# query q3 default seen{app=\"web\"}\ntime,q1,q2,q3\n";
  // One worker serves one a second; ten come for five minutes.
  for (int i = 0; i < 240; ++i) {
    const int until = std::min(i, 20);
    rows += fmt::format("{},{},{},1\n", 1'800'000'000 + 15 * i, std::max(until * 135 - std::max(i - 20, 0) * 15, 0),
                        i < 20 ? 10 : 0);
  }
  const std::string policy = dir.Write(
      "queue.yaml",
      Policy(
          "queue",
          "  replicas: { min: 1, max: 20, observed: \"seen{app=\\\"${name}\\\"}\" }\n  mode: hold\n  signals:\n    - "
          "name: work\n      backlog: { depth: depth, arrivals: came, drainWithin: 2m, throughputPerReplica: 1 }\n"));
  const std::string page = dir / "queue.html";
  const Ran ran =
      Run({"replay", "--recording", dir.Write("queue.csv", rows), "--policy", policy, "-o", "json", "--html", page});
  const json said = Json(ran);
  CHECK(said["load"] ==
        "work.arrivals, 1 a second a replica, which serves 30s after it was asked for; an item may wait 2m");
  CHECK(said["warnings"][0] == "queue: its mode is that of a dry run; it is replayed as if it were active");
  const json& reality = said["replayed"][0]["total"];
  const json& replayed = said["replayed"][1]["total"];
  CHECK(reality["items"] == 3000);
  CHECK(reality["violations"] > 0.9);
  CHECK(replayed["items"] == 3000);
  CHECK(replayed["violations"] < 0.1);
  CHECK(Read(page).find("Items that wait") != std::string::npos);
}

TEST_CASE("A schedule's calendar is read from a file beside the policy") {
  const TempDir dir;
  std::string rows = "# loadline recording 1\n# query q1 default seen{app=\"app\"}\n# interval 1h\ntime,q1\n";
  for (int hour = 0; hour < 48; ++hour) rows += fmt::format("{},1\n", 1'800'057'600 + 3600 * hour);
  const std::string recording = dir.Write("days.csv", rows);  // 2027-01-16 and 17
  const std::string policy = dir.Write(
      "office.yaml",
      Policy("office",
             "  replicas: { min: 1, max: 9, observed: \"seen{app=\\\"${name}\\\"}\" }\n  signals:\n"
             "    - name: open\n      schedule:\n        timezone: UTC\n        windows: [ { start: \"0 0 * * "
             "*\", end: \"0 23 * * *\", replicas: 5 } ]\n        except: { calendar: holidays }\n"));
  const std::string calendar = dir.Write(
      "calendar.yaml",
      "apiVersion: loadline.dev/v1\nkind: Calendar\nmetadata: { name: holidays }\nspec: { dates: [2027-01-17] }\n");
  const json said =
      Json(Run({"replay", "--recording", recording, "--policy", policy, "--with", calendar, "-o", "json"}));
  const json& days = said["replayed"][1]["days"];
  REQUIRE(days.size() == 2);
  // The HPA goes up within the tick that asks for it; the first tick is as it was. After the first day's window, and
  // all of the second, one is left.
  CHECK(days[0]["replica_hours"].get<double>() > 100);
  CHECK(days[1]["replica_hours"].get<double>() < 30);
  CHECK(said["load"].is_null());
}

TEST_CASE("A replay's series have the peak of each stretch, and nothing where nothing is known") {
  const TempDir dir;
  std::string rows =
      "# loadline recording 1\n# query q1 default seen{app=\"app\"}\n# query q2 default load\n# interval "
      "15s\ntime,q1,q2\n";
  for (int i = 0; i < 4000; ++i) rows += fmt::format("{},1,{}\n", 1'800'000'000 + 15 * i, i == 2005 ? 70 : 20);
  const std::string policy = dir.Write(
      "one.yaml", Policy("one",
                         "  replicas: { min: 1, max: 9, observed: \"seen{app=\\\"${name}\\\"}\" }\n  signals:\n    - { "
                         "name: load, query: load, perReplica: 10 }\n"));
  const json said = Json(Run({"replay", "--recording", dir.Write("peak.csv", rows), "--policy", policy, "-o", "json"}));
  const json& series = said["replayed"][1]["series"];
  CHECK(series["begin"] == said["begin"]);
  CHECK(series["interval_seconds"].get<double>() > 100);  // some ten ticks
  REQUIRE(series["wanted"].size() <= 400);
  CHECK(series["wanted"].size() == series["replicas"].size());
  int peaks = 0, others = 0;
  for (const json& each : series["wanted"]) {
    if (!each.is_number()) continue;
    (each.get<double>() > 6 ? peaks : others)++;
  }
  CHECK(peaks == 1);
  CHECK(others > 300);
  for (const json& each : said["replayed"][0]["series"]["wanted"])
    CHECK(each.is_null());  // what was wanted is not recorded
}

TEST_CASE("What cannot be replayed is told, with the exit code") {
  const TempDir dir;
  const std::string recording = dir.Write("hour.csv", AnHour());
  const std::string policy = dir.Write("web.yaml", Policy("web", kService));
  const std::string two = dir.Write("two.yaml", Policy("a", kService) + "---\n" + Policy("b", kService));
  struct Row {
    std::vector<std::string> arguments;
    int code;
    std::string message;
  };
  const std::vector<Row> rows = {
      {{"--recording", dir / "none.csv", "--policy", policy}, 2, "none.csv"},
      {{"--recording", policy, "--policy", policy}, 2, "web.yaml: line 1: want \"# loadline recording 1\""},
      {{"--recording", recording, "--policy", two}, 2, "two.yaml: has 2 policies: say which, as "},
      {{"--recording", recording, "--policy", policy, "--object", "web"}, 2, "--object: want NAMESPACE/NAME"},
      {{"--recording", recording, "--policy", policy, "--parameter", "service=other"},
       2,
       "the recording does not have load{service=\"other\"}: record it with this policy"},
      {{"--recording", recording, "--policy", policy, "--from", "2020-01-01T00:00:00Z", "--to", "2020-01-02T00:00:00Z"},
       1,
       "no data in the range: the recording has 2027-01-15T08:00:00Z to 2027-01-15T09:00:00Z"},
      {{"--recording", recording, "--policy", policy, "--load", "nothing"}, 2, "--load: want a signal or the text"},
      {{"--recording", recording, "--policy", policy, "--min", "9"}, 2, "want min, 9, not above max, 5"},
      {{"--recording", recording, "--prometheus", "http://127.0.0.1:1", "--policy", policy},
       2,
       "want one of --prometheus URL with --from, --journal FILE and --recording FILE"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> arguments = {"replay"};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    const Ran ran = Run(arguments);
    INFO(row.message << " in " << ran.output);
    CHECK(ran.exit_code == row.code);
    CHECK(ran.output.find(row.message) != std::string::npos);
  }
  // One of two is said by its name; a part of the recording by its end.
  CHECK(Run({"replay", "--recording", recording, "--policy", two + "#b", "--from", "-30m"}).exit_code == 0);
}

}  // namespace
}  // namespace loadline
