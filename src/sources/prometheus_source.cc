#include "sources/prometheus_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "sources/prometheus_response.h"
#include "system/url.h"

namespace loadline {
namespace {

using Steady = std::chrono::steady_clock;

// A longer URL is sent as a POST: proxies cut at 2,000 to 8,000 bytes.
constexpr std::size_t kLongestUrl = 2000;

std::string_view OutcomeOf(ReadingState state) {
  switch (state) {
    case ReadingState::kValue: return "value";
    case ReadingState::kPartial: return "partial";
    case ReadingState::kEmpty: return "empty";
    case ReadingState::kSeveral: return "several";
    case ReadingState::kNotFinite: return "not_finite";
    case ReadingState::kFailed: return "failed";
    case ReadingState::kRefused: return "refused";
  }
  return "";
}

std::string Seconds(std::int64_t milliseconds) {
  return fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
}
std::string Seconds(Timestamp time) { return Seconds(time.time_since_epoch().count()); }

bool IsRange(const Question& question) { return question.begin < question.end; }

class PrometheusSource : public MetricSource {
 public:
  PrometheusSource(PrometheusOptions options, QueryObserver on_query)
      : options_(std::move(options)), on_query_(std::move(on_query)), client_(MakeHttpClient(options_.http)) {
    while (options_.url.ends_with('/')) options_.url.pop_back();
    const std::size_t scheme = options_.url.find("://");
    const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
    host_ = options_.url.substr(begin, options_.url.find('/', begin) - begin);
    host_.erase(0, host_.find('@') == std::string::npos ? 0 : host_.find('@') + 1);
  }

  std::vector<Answer> Ask(const std::vector<Question>& questions, Duration budget) override {
    const auto begin = Steady::now();
    const auto left = [&] { return budget - std::chrono::duration_cast<Duration>(Steady::now() - begin); };

    std::vector<Part> parts;
    for (std::size_t i = 0; i < questions.size(); ++i) Split(questions[i], i, parts);
    Send(parts, left());
    // What failed may have met a connection that was just closed, or a server that was just restarted: once more.
    std::vector<Part> again;
    for (const Part& part : parts) {
      if (part.answer.readings.back().state == ReadingState::kFailed) again.push_back(part);
    }
    if (!again.empty() && left() > Duration::zero()) {
      Send(again, left());
      for (const Part& part : again) parts[part.number] = part;
    }

    std::vector<Answer> answers(questions.size());
    std::vector<Duration> took(questions.size());
    for (Part& part : parts) {
      Answer& answer = answers[part.question_number];
      answer.readings.insert(answer.readings.end(), part.answer.readings.begin(), part.answer.readings.end());
      answer.problem = part.answer.problem.empty() ? "" : host_ + ": " + part.answer.problem;
      took[part.question_number] += part.took;
    }
    if (on_query_) {
      for (std::size_t i = 0; i < answers.size(); ++i) on_query_(OutcomeOf(answers[i].readings.back().state), took[i]);
    }
    return answers;
  }

 private:
  // A question, or a stretch of a range that is too long for one.
  struct Part {
    std::size_t number;
    std::size_t question_number;
    Question question;
    Answer answer;
    Duration took{0};  // of a question that failed: until that was known
  };

  void Split(const Question& question, std::size_t number, std::vector<Part>& parts) const {
    Timestamp begin = question.begin;
    do {
      const Timestamp end =
          IsRange(question) ? std::min(question.end, begin + question.step * (options_.max_points - 1)) : question.end;
      parts.push_back({parts.size(), number, {question.query, begin, end, question.step}, {}});
      begin = end + std::max(question.step, Duration(1));
    } while (begin <= question.end);
  }

  void Send(std::vector<Part>& parts, Duration budget) const {
    std::vector<HttpRequest> requests;
    requests.reserve(parts.size());
    for (const Part& part : parts) requests.push_back(RequestOf(part.question, budget));
    const auto begin = Steady::now();
    const std::vector<Result<HttpResponse>> responses = client_->SendAll(requests, budget);
    const auto all_took = std::chrono::duration_cast<Duration>(Steady::now() - begin);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Part& part = parts[i];
      part.took = responses[i] ? responses[i]->took : all_took;
      if (responses[i]) {
        part.answer = ReadResponse(part.question, *responses[i]);
        continue;
      }
      // The client's messages name the host already.
      std::string problem = responses[i].error().message;
      if (problem.starts_with(host_ + ": ")) problem.erase(0, host_.size() + 2);
      part.answer = Everywhere(part.question, ReadingState::kFailed, std::move(problem));
    }
  }

  HttpRequest RequestOf(const Question& question, Duration budget) const {
    const Duration timeout = std::max(Duration(1), std::min(options_.timeout, budget));
    std::string form = "query=" + UrlEncode(question.query) + "&timeout=" + Seconds(timeout.count());
    std::string path = "/api/v1/query";
    if (IsRange(question)) {
      path = "/api/v1/query_range";
      form += "&start=" + Seconds(question.begin) + "&end=" + Seconds(question.end) +
              "&step=" + Seconds(question.step.count());
    } else {
      form += "&time=" + Seconds(question.end);
    }
    if (options_.url.size() + path.size() + form.size() < kLongestUrl)
      return {options_.url + path + "?" + form, "", timeout};
    return {options_.url + path, form, timeout};
  }

  PrometheusOptions options_;
  QueryObserver on_query_;
  std::unique_ptr<HttpClient> client_;
  std::string host_;
};

}  // namespace

std::unique_ptr<MetricSource> MakePrometheusSource(const PrometheusOptions& options, QueryObserver on_query) {
  return std::make_unique<PrometheusSource>(options, std::move(on_query));
}

}  // namespace loadline
