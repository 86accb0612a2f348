// What `serve` has of webhooks, made from its options.
#ifndef LOADLINE_CLI_WEBHOOK_WIRING_H_
#define LOADLINE_CLI_WEBHOOK_WIRING_H_

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/serve_options.h"
#include "controller/controller.h"
#include "notify/notifier.h"

namespace loadline {

// What is wrong with the options of webhooks, a line each: where, rule, found, hint.
std::vector<std::string> CheckWebhooks(const ServeOptions& options);
// Likewise with the files that they name.
std::vector<std::string> CheckWebhookFiles(const ServeOptions& options);

// Null where there are no webhooks. `next`, `clock` and `log` must outlive it; `stop` ends what is sent.
std::unique_ptr<Notifier> MakeWebhooks(const ServeOptions& options, DecisionSink& next, std::stop_token stop,
                                       Clock& clock, Log& log);

// How sources, documents and the journal are; none before policies were read.
std::optional<Sight> SightOf(const ControllerState& state, const JournalState& journal, Timestamp now);

}  // namespace loadline

#endif  // LOADLINE_CLI_WEBHOOK_WIRING_H_
