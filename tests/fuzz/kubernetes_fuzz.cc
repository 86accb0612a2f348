// Objects of Kubernetes, as an API server may tell them: whatever they say, plain values come of them, and bindings,
// findings, and what is followed of the HPAs, in numbers and words that can be shown.
//
// The input is JSON: an object, or a list of objects of all kinds; those of HPAs are followed one after the other.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fuzz/require.h"
#include "kubernetes/cluster_view.h"
#include "kubernetes/effectiveness.h"
#include "kubernetes/hpa_follower.h"
#include "kubernetes/hpa_sentence.h"
#include "kubernetes/json_reading.h"
#include "kubernetes/kube_event.h"
#include "scaling/policy_yaml.h"

namespace {

using namespace loadline;
using fuzz::Require;
using nlohmann::json;

constexpr Timestamp kNow{std::chrono::hours(24) * 20'000};
constexpr Duration kSync = std::chrono::seconds(15);

std::shared_ptr<const Policy> ThePolicy() {
  static const auto policy = std::make_shared<const Policy>(*ParsePolicy({R"(apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: worker, namespace: data }
spec:
  replicas: { min: 1, max: 20 }
  parameters: { topic: { pattern: "[a-z]+", default: t } }
  signals: [ { name: lag, perReplica: 100, query: 'lag{topic="${topic}"}' } ]
)",
                                                                          1})
                                                                 .content);
  return policy;
}

Result<std::shared_ptr<const Policy>> FindWorker(const std::string&, const std::string& name) {
  if (name == "worker") return ThePolicy();
  return Fail(Code::kNotFound, "there is no policy " + name);
}

template <class T>
void Put(const T& object, std::vector<std::shared_ptr<const T>>& objects) {
  objects.push_back(std::make_shared<const T>(object));
}

ClusterObjects Read(const json& list) {
  ClusterObjects objects;
  for (const json& each : list) {
    const std::string kind = TextIn(each, "kind");
    if (kind == "ScaledObject") Put(ReadScaledObject(each), objects.scaled_objects);
    if (kind == "ScaledJob") Put(ReadScaledJob(each), objects.scaled_jobs);
    if (kind == "HorizontalPodAutoscaler") Put(ReadHpa(each), objects.hpas);
    if (kind == "Event") Put(ReadEvent(each), objects.events);
  }
  return objects;
}

void RequireFinite(const std::optional<double>& number) { Require(!number || std::isfinite(*number)); }

void RequireShare(const std::optional<double>& share) { Require(!share || (*share >= 0 && *share <= 1 + 1e-9)); }

// As if the HPA had been each of them, a sync after the other.
void Follow(const KedaObject& object, const std::vector<std::shared_ptr<const HpaObject>>& hpas, const json& list) {
  HpaFollower follower;
  std::vector<FollowedMoment> moments;
  HpaSnapshot snapshot;
  std::uint64_t number = 1;
  Timestamp time = kNow;
  for (std::size_t i = 0; i < hpas.size(); ++i) {
    snapshot = SnapshotOf(object, hpas[i].get(), 0);
    snapshot.time = time;
    snapshot.asked = AskedReplicas{time, static_cast<double>(i * 7 % 30), i % 5 != 4};
    if (const auto ready = ReadTargetStatus(list[i]).ready) snapshot.ready = ReplicaCount(*ready);
    for (const std::optional<int>& count : {snapshot.current, snapshot.desired, snapshot.ready})
      Require(!count || (*count >= 0 && *count <= kMostCounted));
    RequireFinite(snapshot.value);
    RequireFinite(snapshot.threshold);
    const std::optional<int> goal = GoalOf(snapshot);
    Require(!goal || (*goal >= 0 && *goal <= kMostCounted));
    number += follower.Take(snapshot, number);
    Require(follower.events().size() <= HpaFollower::kMostEvents);
    moments.push_back(MomentOf(snapshot));
    time += kSync;
  }
  if (hpas.empty()) return;
  Require(!WhatHpaDid(snapshot, std::vector<HpaEvent>(follower.events().begin(), follower.events().end())).empty());
  const Effectiveness measured = Measure(moments, kNow, time);
  for (const auto& share : {measured.score, measured.reach, measured.promptness, measured.steadiness,
                            measured.limited_share, measured.others_share})
    RequireShare(share);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  json list = json::parse(data, data + size, nullptr, false);
  if (list.is_discarded()) return 0;
  if (!list.is_array()) list = json::array({std::move(list)});
  const ClusterObjects objects = Read(list);
  const std::vector<std::string> addresses = {"loadline.*:50051"};
  for (const auto& ours : {std::vector<std::string>(), addresses}) {
    const ClusterView view = ViewCluster(objects, ours, FindWorker, kNow);
    for (const ObjectFindings& each : view.objects) {
      for (const Finding& finding : each.findings) {
        Require(!finding.sentence.empty());
        Require(!finding.trigger || *finding.trigger < each.object->triggers.size());
        // It becomes an Event.
        const HttpRequest request = EventRequest(
            "https://api", {each.object, KubeEventName(*each.object, "x"), "PolicyMissing", finding.sentence, true},
            kNow);
        Require(json::accept(request.body));
      }
    }
    for (const FollowedBinding& each : view.bindings) {
      Require(each.trigger < each.object->triggers.size());
      Require(each.object->triggers[each.trigger].IsKnown());
    }
  }
  json hpas = json::array();
  for (const json& each : list) {
    if (TextIn(each, "kind") == "HorizontalPodAutoscaler") hpas.push_back(each);
  }
  const KedaObject object = objects.scaled_objects.empty() ? KedaObject() : *objects.scaled_objects.front();
  Follow(object, objects.hpas, hpas);
  return 0;
}
