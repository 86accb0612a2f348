// The options of a webhook as declared fields; their defaults stand in notify/webhook.h.
#ifndef LOADLINE_CLI_WEBHOOK_FIELDS_H_
#define LOADLINE_CLI_WEBHOOK_FIELDS_H_

#include "document/fields.h"
#include "notify/webhook.h"

namespace loadline {

template <class Visitor>
void DescribeFields(Visitor& visit, WebhookOptions& webhook) {
  visit({.name = "url",
         .help = "Where messages are sent, by POST. It, or urlFile, is needed.",
         .unit = "http(s) URL",
         .example = "https://alerts.example.com/loadline"},
        webhook.url);
  visit({.name = "urlFile",
         .help = "File with the URL, where that is a secret itself; read anew each time.",
         .example = "/etc/loadline/webhooks/chat-url"},
        webhook.url_file);
  visit({.name = "format",
         .help = "cloudEvents: CloudEvents 1.0 as structured JSON. template: the JSON of template.",
         .example = "template"},
        webhook.format);
  visit({.name = "template",
         .help = "A message as JSON, with placeholders such as {{text}}, {{object}}, {{from}} and {{to}}.",
         .example = R"('{"text": "{{text}}"}')"},
        webhook.template_text);
  visit({.name = "source",
         .help = "Names this Loadline in CloudEvents, such as by its cluster.",
         .unit = "URI reference",
         .example = "/clusters/eu-1/loadline"},
        webhook.source);
  visit({.name = "events", .help = "What is told; empty: all.", .example = "[policy, source]"}, webhook.events);
  visit({.name = "namespaces",
         .help = "Namespaces that are told of; a name may end in *. Empty: all, and what belongs to none: sources, the "
                 "journal, shared documents.",
         .example = "[data, team-*]"},
        webhook.namespaces);
  visit(
      {.name = "gather",
       .help = "Of one trigger, document or source one change is told at once in each such time, and all further ones "
               "together at its end; 0s: each by itself.",
       .unit = "duration",
       .example = "1m",
       .at_least = 0,
       .at_most = 24 * 3600},
      webhook.gather);
  visit({.name = "secretFile",
         .help = "File with the secrets that sign messages as Standard Webhooks does, a line each: base64, with or "
                 "without whsec_ before it. Read anew each time. Empty: they are not signed.",
         .example = "/etc/loadline/webhooks/secret"},
        webhook.secret_file);
  visit({.name = "bearerTokenFile",
         .help = "File with a bearer token; read anew each time.",
         .example = "/etc/loadline/webhooks/token"},
        webhook.bearer_token_file);
  visit({.name = "caFile",
         .help = "PEM file with the authorities of the receiver's certificate; empty: the system's.",
         .example = "/etc/loadline/webhooks/ca.crt"},
        webhook.ca_file);
  visit({.name = "timeout",
         .help = "Of one attempt.",
         .unit = "duration",
         .example = "5s",
         .at_least = 0.05,
         .at_most = 60},
        webhook.timeout);
  visit({.name = "giveUpAfter",
         .help = "How long a message is tried again that the receiver does not take.",
         .unit = "duration",
         .example = "1h",
         .at_least = 0,
         .at_most = 7 * 24 * 3600},
        webhook.give_up_after);
}

}  // namespace loadline

#endif  // LOADLINE_CLI_WEBHOOK_FIELDS_H_
