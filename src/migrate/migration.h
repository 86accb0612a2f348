// What becomes of a scaler that somebody has: documents, a story that shows equal answers, and what is to be told.
#ifndef LOADLINE_MIGRATE_MIGRATION_H_
#define LOADLINE_MIGRATE_MIGRATION_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "document/node.h"

namespace loadline {

struct MigrateOptions {
  std::string address = "loadline.loadline.svc:50051";  // of the new trigger
  std::string authentication;  // a TriggerAuthentication, or ClusterTriggerAuthentication/NAME; empty: none
  bool beside = false;         // what there is goes on scaling; Loadline decides, and answers nothing (mode: yield)
};

// What became of a field.
enum class Fate {
  kCarried,     // it says the same in the policy
  kKept,        // it stays where it was
  kChanged,     // it is carried over, and is not quite the same
  kNotCarried,  // nothing here says it
  kToDo,        // somebody has to do something
};

struct Note {
  Fate fate = Fate::kCarried;
  std::string field;  // of what was read: "spec.triggers[0]"
  std::string text;

  friend bool operator==(const Note&, const Note&) = default;
};

// What is seen for a while, and what the scaler that there was made of it.
struct StoryStep {
  std::vector<std::string> values;           // one for each key of the story, as in a scenario: "450", "_"
  Duration lasts = std::chrono::minutes(1);  // whole minutes; looked at when the last one begins
  double want = 0;                           // replicas, before they are made whole
  bool active = true;
  std::string why;  // how the other one counts: "KEDA: 450 / 300"
};

struct Story {
  std::string name;  // of the file, without .scenario
  std::string title;
  std::optional<Timestamp> begin;  // where the clock counts
  std::vector<std::string> keys;   // a policy's signals, "observed", ...
  std::vector<StoryStep> steps;
  int left_out = 0;  // that were tried and are known not to be as before: a note says why
};

struct Migration {
  std::string from;  // "ScaledObject data/orders-cdc"
  std::string object_namespace;
  std::string name;                   // of the policy: [a-z0-9-]{1,63}
  std::string object_name;            // of the object, as it is: may have dots, and be longer
  std::vector<Node> documents;        // the policy first; none where nothing can be said
  bool of_another = false;            // it belongs to another object: that one is to be migrated
  bool beside = false;                // the policy is to answer nothing: mode: yield
  std::optional<Node> scaled_object;  // or ScaledJob
  std::vector<Story> stories;
  std::map<std::string, std::string> sources;  // what serve needs: name -> URL
  std::vector<Note> notes;

  void Tell(Fate fate, std::string field, std::string text) {
    notes.push_back({fate, std::move(field), std::move(text)});
  }
};

}  // namespace loadline

#endif  // LOADLINE_MIGRATE_MIGRATION_H_
