// Schemas of answers (JSON Schema 2020-12): of the server, its documents, and what all pages share. A test holds
// answers against them.
#ifndef LOADLINE_API_SCHEMAS_SERVER_SCHEMAS_H_
#define LOADLINE_API_SCHEMAS_SERVER_SCHEMAS_H_

namespace loadline {

inline constexpr char kServerSchemas[] = R"({
"Problem": {"type": "object", "required": ["type", "title", "status", "detail"],
  "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
    "detail": {"type": "string", "description": "What is wrong, and what is wanted."}}},
"Error": {"type": ["object", "null"], "required": ["code", "message"], "description": "Null: there is none.",
  "properties": {"code": {"type": "string", "description": "A gRPC code, such as UNAVAILABLE."},
    "message": {"type": "string"}}},
"Time": {"type": "string", "format": "date-time"},
"TimeOrNull": {"type": ["string", "null"], "format": "date-time"},
"NumberOrNull": {"type": ["number", "null"], "description": "Null: not known."},
"BooleanOrNull": {"type": ["boolean", "null"], "description": "Null: not known."},
"NextOrNull": {"type": ["string", "null"], "description": "The next page's `after` (of history: `until`); null: this is the last."},
"Metadata": {"type": "object", "additionalProperties": {"type": "string"},
  "description": "Of the trigger; what may be secret is (hidden)."},
"Health": {"type": "object", "required": ["status", "version"],
  "properties": {"status": {"const": "ok"}, "version": {"type": "string"}}},
"DocumentProblem": {"type": "object",
  "required": ["file", "line", "column", "field", "rule", "found", "hint", "namespace", "kind", "policy", "last_good_in_force"],
  "properties": {"file": {"type": "string"}, "line": {"type": "integer"}, "column": {"type": "integer"},
    "field": {"type": "string"}, "rule": {"type": "string"}, "found": {"type": "string"}, "hint": {"type": "string"},
    "namespace": {"type": "string"}, "kind": {"type": "string"}, "policy": {"type": "string"},
    "last_good_in_force": {"type": "boolean"}}},
"Source": {"type": "object", "required": ["name", "address", "ok", "problem", "last_ok"],
  "properties": {"name": {"type": "string"}, "address": {"type": "string"}, "ok": {"type": "boolean"},
    "problem": {"type": "string"}, "last_ok": {"$ref": "#/components/schemas/TimeOrNull"}}},
"Certificate": {"type": "object", "required": ["certificate_expires", "problem"],
  "properties": {"certificate_expires": {"$ref": "#/components/schemas/Time"}, "problem": {"type": "string"}}},
"JournalState": {"type": "object",
  "required": ["where", "ok", "problem", "queued", "stored", "already_there", "differing", "disagreements", "dropped", "last_write"],
  "properties": {"where": {"type": "string"}, "ok": {"type": "boolean"}, "problem": {"type": "string"},
    "queued": {"type": "integer"}, "stored": {"type": "integer"}, "already_there": {"type": "integer"},
    "differing": {"type": "integer"}, "disagreements": {"type": "integer"},
    "dropped": {"type": "object", "additionalProperties": {"type": "integer"}},
    "last_write": {"$ref": "#/components/schemas/TimeOrNull"}}},
"WebhookState": {"type": "object",
  "required": ["name", "queued", "sent", "retried", "failed", "dropped", "left_out", "last_sent", "problem"],
  "properties": {"name": {"type": "string"}, "queued": {"type": "integer"}, "sent": {"type": "integer"},
    "retried": {"type": "integer"}, "failed": {"type": "integer"}, "dropped": {"type": "integer"},
    "left_out": {"type": "integer"}, "last_sent": {"$ref": "#/components/schemas/TimeOrNull"},
    "problem": {"type": "string"}}},
"Ready": {"type": "object",
  "required": ["ready", "grpc_serving", "policies_read", "policies", "bindings", "last_tick", "sources", "policy_problems"],
  "properties": {"ready": {"type": "boolean", "description": "Whether KEDA may call this pod."},
    "grpc_serving": {"type": "boolean"}, "policies_read": {"type": "boolean"}, "policies": {"type": "integer"},
    "bindings": {"type": "integer"}, "last_tick": {"$ref": "#/components/schemas/TimeOrNull"},
    "sources": {"type": "array", "items": {"$ref": "#/components/schemas/Source"}},
    "policy_problems": {"type": "array", "items": {"$ref": "#/components/schemas/DocumentProblem"}},
    "tls": {"$ref": "#/components/schemas/Certificate"}, "http_tls": {"$ref": "#/components/schemas/Certificate"},
    "journal": {"$ref": "#/components/schemas/JournalState"},
    "webhooks": {"type": "array", "items": {"$ref": "#/components/schemas/WebhookState"}}}},
"Status": {"allOf": [{"$ref": "#/components/schemas/Ready"}], "required": ["version", "answers", "grafana"],
  "properties": {"version": {"type": "string"},
    "grafana": {"type": ["string", "null"], "description": "http.grafana: {namespace}, {name} and {policy} are a binding's. Null: none."},
    "answers": {"type": "object", "required": ["numbers", "errors"], "description": "What the bindings would be answered now.",
      "properties": {"numbers": {"type": "integer"}, "errors": {"type": "integer"}}}}},
"Schema": {"type": "object", "required": ["$schema"], "description": "A JSON Schema (draft 2020-12) of Loadline's documents."},
"OpenApi": {"type": "object", "required": ["openapi", "info", "paths"]}
})";

}  // namespace loadline

#endif  // LOADLINE_API_SCHEMAS_SERVER_SCHEMAS_H_
