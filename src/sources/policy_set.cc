#include "sources/policy_set.h"

#include <fmt/format.h>

#include <set>
#include <variant>
#include <vector>

namespace loadline {
namespace {

// A document, and where it stands.
struct Standing {
  const std::filesystem::path* path;
  Place place;
  const ReadDocument* document;
};
using Claims = std::map<std::string, std::vector<Standing>>;  // which documents are for which id

// Where the policies stood that there are good versions of.
class StoodBefore {
 public:
  explicit StoodBefore(const std::map<std::string, GoodVersion>& versions) {
    for (const auto& [id, version] : versions) {
      ids_.emplace(version.place, id);
      files_.insert(version.place.file);
    }
  }

  bool AnyIn(const std::string& file) const { return files_.contains(file); }

  // The one policy that stood there and that no document claims. Empty where there is none, or more than one.
  std::string IdAt(const Place& place, const Claims& claims) const {
    std::string only;
    const auto [begin, end] = ids_.equal_range(place);
    for (auto each = begin; each != end; ++each) {
      if (claims.contains(each->second)) continue;
      if (!only.empty()) return "";
      only = each->second;
    }
    return only;
  }

 private:
  std::multimap<Place, std::string> ids_;
  std::set<std::string> files_;
};

// What a look at all files comes to. Its steps, in their order:
//   1. Collect: which document is for which policy; those that do not say it go by the place where one stood.
//   2. AddClaimed: of each policy the document if it is good, else the last good version.
//   3. AddOthers: the policies of which no document was seen: kept, unless it is certain that they were removed.
class SetMaker {
 public:
  SetMaker(const FolderState& folder, LastGood& last_good, const std::stop_token& stop)
      : folder_(folder), last_good_(last_good), stood_(last_good.versions()), stop_(stop) {}

  PolicySet Make() {
    Collect();
    AddClaimed();
    AddOthers();
    ReportFolder();
    return std::move(set_);
  }

 private:
  void Collect() {
    complete_ = folder_.problem.empty();
    std::vector<Standing> nameless;
    for (const auto& [path, file] : folder_.files) {
      if (file.problem) {
        complete_ = false;
        Report(path.string(), *file.problem, {}, stood_.AnyIn(file.name));
        continue;
      }
      for (std::size_t i = 0; i < file.documents.size(); ++i) {
        // Whereas one that is nobody's may be what became of a policy.
        if (file.documents[i]->said.whose == LoadlineDocument::Whose::kOthers) continue;
        const Standing standing{&path, {file.name, i}, file.documents[i].get()};
        const std::string id = standing.document->said.Id();
        (id.empty() ? nameless : claims_[id]).push_back(standing);
      }
    }
    for (const Standing& standing : nameless) {
      const std::string id = stood_.IdAt(standing.place, claims_);
      if (!id.empty()) {
        claims_[id].push_back(standing);
        continue;
      }
      complete_ = false;  // it may be any of those that are not seen
      for (const Problem& problem : standing.document->said.problems)
        Report(standing.path->string(), problem, standing.document->said, false);
    }
  }

  void AddClaimed() {
    for (const auto& [id, standings] : claims_) {
      if (stop_.stop_requested()) return;
      const Standing& only = standings.front();
      if (standings.size() == 1 && only.document->said.content) {
        AddGood(id, only);
      } else {
        AddBad(id, standings);
      }
    }
  }

  void AddGood(const std::string& id, const Standing& standing) {
    const ReadDocument& document = *standing.document;
    last_good_.Put(id, {standing.place, document.text, document.said.content});
    PutInForce(*document.said.content, standing.place);
    for (const Problem& warning : document.said.problems) Report(standing.path->string(), warning, document.said, true);
  }

  void AddBad(const std::string& id, const std::vector<Standing>& standings) {
    const Standing& first = standings.front();
    const std::optional<DocumentContent> good = last_good_.ContentOf(id);
    if (good) PutInForce(*good, last_good_.versions().at(id).place);
    const LoadlineDocument meant = good ? NamesOf(*good) : first.document->said;
    for (const Standing& each : standings) {
      // Without a name, or with one that is new, it may be what became of another policy of its file.
      if (each.document->said.name.empty() || !good) doubtful_.insert(each.place.file);
      for (const Problem& problem : each.document->said.problems)
        Report(each.path->string(), problem, meant, good.has_value());
      if (standings.size() == 1) continue;
      const Standing& other = &each == &first ? standings.back() : first;
      Report(each.path->string(),
             {{each.document->first_line, 1},
              "metadata.name",
              "a policy is written once",
              fmt::format("{} also at {}:{}", id, other.path->string(), other.document->first_line),
              "remove one of them, or rename it",
              Severity::kError},
             meant, good.has_value());
    }
  }

  // A document that is gone took its policy with it: that was somebody's will. But it is gone only where everything
  // that may hold it could be read. This goes for the policies from before a restart, too.
  void AddOthers() {
    std::vector<std::string> others;
    for (const auto& [id, _] : last_good_.versions()) {
      if (!claims_.contains(id)) others.push_back(id);
    }
    for (const std::string& id : others) {
      if (stop_.stop_requested()) return;
      if (complete_ && !doubtful_.contains(last_good_.versions().at(id).place.file)) {
        last_good_.Remove(id);
      } else if (const auto content = last_good_.ContentOf(id)) {
        PutInForce(*content, last_good_.versions().at(id).place);
      }
    }
  }

  void ReportFolder() {
    if (folder_.problem.empty()) return;
    const Problem problem{{}, "", folder_.what + " cannot be read: " + folder_.problem, "", "", Severity::kError};
    Report(folder_.path, problem, {}, !set_.policies.empty());
  }

  void PutInForce(const DocumentContent& content, const Place& place) {
    struct {
      PolicySet& set;
      const std::optional<std::string>& kept;
      const Place& place;
      void operator()(const std::shared_ptr<const Policy>& policy) { set.policies.push_back(policy); }
      void operator()(const std::shared_ptr<const Budget>& budget) { set.budgets.push_back(budget); }
      void operator()(const std::shared_ptr<const Calendar>& calendar) { set.calendars.push_back(calendar); }
      void operator()(const std::shared_ptr<const Override>& each) {
        set.overrides.push_back(each);
        if (kept && place == Place{*kept + each->name + ".yaml", 0}) set.kept_overrides.push_back(each);
      }
    } put{set_, folder_.kept_overrides, place};
    std::visit(put, content);
  }

  // What a document that is in force is called.
  static LoadlineDocument NamesOf(const DocumentContent& content) {
    struct {
      LoadlineDocument operator()(const std::shared_ptr<const Policy>& policy) {
        return {std::string(Policy::kKind), policy->policy_namespace, policy->name, std::nullopt, {}};
      }
      LoadlineDocument operator()(const std::shared_ptr<const Budget>& budget) {
        return {std::string(Budget::kKind), budget->budget_namespace, budget->name, std::nullopt, {}};
      }
      LoadlineDocument operator()(const std::shared_ptr<const Calendar>& calendar) {
        return {"Calendar", "", calendar->name, std::nullopt, {}};
      }
      LoadlineDocument operator()(const std::shared_ptr<const Override>& each) {
        return {"Override", each->object_namespace, each->name, std::nullopt, {}};
      }
    } names;
    return std::visit(names, content);
  }

  void Report(const std::string& file, const Problem& problem, const LoadlineDocument& document,
              bool last_good_in_force) {
    set_.problems.push_back(
        {file, problem, document.document_namespace, document.name, last_good_in_force, document.kind});
  }

  const FolderState& folder_;
  LastGood& last_good_;
  const StoodBefore stood_;
  const std::stop_token& stop_;
  PolicySet set_;
  Claims claims_;
  bool complete_ = true;            // the folder and every file was read, and every document has a name
  std::set<std::string> doubtful_;  // files, of which a document may be a policy that was not seen
};

}  // namespace

PolicySet MakePolicySet(const FolderState& folder, LastGood& last_good, const std::stop_token& stop) {
  return SetMaker(folder, last_good, stop).Make();
}

}  // namespace loadline
