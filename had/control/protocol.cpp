#include "had/control/protocol.hpp"

#include "had/control/json.hpp"
#include "had/control/json_text.hpp"

#include <array>

namespace had::control {

namespace {

struct CodeRow {
    ErrorCode code;
    std::string_view word;
    Exit exit;
};
constexpr std::array<CodeRow, 9> codes{{
    {ErrorCode::failed, "failed", Exit::failed},
    {ErrorCode::usage, "usage", Exit::usage},
    {ErrorCode::unknown_verb, "unknown-verb", Exit::usage},
    {ErrorCode::no_permission, "no-permission", Exit::no_permission},
    {ErrorCode::refused, "refused", Exit::refused},
    {ErrorCode::bad_config, "bad-config", Exit::bad_config},
    {ErrorCode::no_such_object, "no-such-object", Exit::no_such_object},
    {ErrorCode::too_long, "too-long", Exit::failed},
    {ErrorCode::too_many, "too-many", Exit::failed},
}};

const CodeRow& row_of(ErrorCode code) {
    return codes.at(static_cast<std::size_t>(code));
}

std::optional<std::uint64_t> number_at(const Json& json, const char* member) {
    const auto found = json.find(member);
    if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
    return found->get<std::uint64_t>();
}

Reply reply_from(const Json& json) {
    Reply reply{number_at(json, "id"), Answer{}};
    if (const auto ok = json.find("ok"); ok != json.end()) {
        reply.outcome = Answer{dump(*ok)};
        return reply;
    }
    const Json& error = json.at("error");
    std::string word, text;
    take(error, "code", word);
    take(error, "text", text);
    const auto code = error_code_from(word);
    if (!code) text = word + ": " + text; // of a newer daemon: at least the word is shown
    const auto details = error.find("details");
    reply.outcome = Error{code.value_or(ErrorCode::failed), text,
                          details == error.end() ? std::string() : dump(*details)};
    return reply;
}

Event event_from(const Json& json, std::string_view line) {
    Event event;
    take(json, "event", event.event);
    take(json, "instance", event.instance);
    take(json, "time", event.time);
    take(json, "boot", event.boot);
    if (std::int64_t uptime = -1; take(json, "uptime_us", uptime), uptime >= 0) event.uptime_us = uptime;
    take(json, "level", event.level);
    take(json, "text", event.text);
    event.seq = number_at(json, "seq");
    event.from = number_at(json, "from");
    event.to = number_at(json, "to");
    event.json = line;
    return event;
}

} // namespace

std::string_view to_string(ErrorCode code) {
    return row_of(code).word;
}

std::optional<ErrorCode> error_code_from(std::string_view word) {
    for (const CodeRow& row : codes)
        if (row.word == word) return row.code;
    return std::nullopt;
}

Exit exit_of(ErrorCode code) {
    return row_of(code).exit;
}

std::string encode(const Hello& hello) {
    return JsonText{{"had", hello.had}, {"api", hello.api}, {"instance", hello.instance}}.text();
}

// A client's: an argument may be named with any bytes.
std::string encode(const Request& request) {
    Json args = Json::object();
    for (const auto& [name, arg] : request.args)
        std::visit([&, &key = name](const auto& value) { args[key] = value; }, arg);
    return dump({{"id", request.id}, {"verb", request.verb}, {"args", std::move(args)}});
}

std::string encode(const Reply& reply) {
    const std::string head = "{\"id\":" + (reply.id ? std::to_string(*reply.id) : "null");
    if (const auto* answer = std::get_if<Answer>(&reply.outcome))
        return head + ",\"ok\":" + answer->json + "}";
    const auto& error = std::get<Error>(reply.outcome);
    std::vector<JsonMember> members{{"code", to_string(error.code)}, {"text", error.text}};
    if (!error.details.empty()) members.push_back({"details", JsonText::written(error.details)});
    return head + ",\"error\":" + JsonText(members).text() + "}";
}

std::string encode(const core::Notice& notice, std::uint64_t seq, std::string_view instance,
                   const Stamp& stamp) {
    std::vector<JsonMember> members{{"event", to_string(notice.kind)},
                                    {"seq", seq},
                                    {"instance", instance},
                                    {"time", stamp.time},
                                    {"boot", stamp.boot},
                                    {"uptime_us", stamp.uptime_us},
                                    {"level", to_string(notice.level)}};
    for_each_field(notice, [&](std::string_view key, const std::string& value) {
        if (!value.empty()) members.push_back({key, value});
    });
    if (notice.timeline) {
        members.push_back({"decided_us", notice.timeline->decided.count()});
        members.push_back({"acknowledged_us", notice.timeline->acknowledged.count()});
        members.push_back({"announced_us", notice.timeline->announced.count()});
        if (const auto& told = notice.timeline->peers_told) members.push_back({"peers_told_us", told->count()});
    }
    members.push_back({"text", notice.text});
    return JsonText(members).text();
}

std::string encode_lost(std::string_view instance, std::uint64_t from,
                        std::optional<std::uint64_t> to) {
    std::vector<JsonMember> members{{"event", "lost"}, {"instance", instance}, {"from", from}};
    if (to) members.push_back({"to", *to});
    return JsonText(members).text();
}

std::string encode_changed(std::string_view instance) {
    return JsonText{{"event", "changed"}, {"instance", instance}}.text();
}

std::string to_json(const Position& position) {
    return JsonText{{"instance", position.instance}, {"seq", position.seq}}.text();
}

std::optional<Position> position_from_json(std::string_view text) {
    const Json json = parse(text);
    if (!json.is_object() || !number_at(json, "seq")) return std::nullopt;
    Position position{{}, *number_at(json, "seq")};
    take(json, "instance", position.instance);
    return position;
}

std::optional<Message> decode_message(std::string_view line) {
    const Json json = parse(line);
    if (!json.is_object()) return std::nullopt;
    if (json.contains("event")) return event_from(json, line);
    if (json.contains("ok")) return reply_from(json);
    if (json.contains("error") && json["error"].is_object()) return reply_from(json);
    if (!json.contains("had")) return std::nullopt;
    Hello hello{{}, 0, {}};
    take(json, "had", hello.had);
    take(json, "api", hello.api);
    take(json, "instance", hello.instance);
    return hello;
}

} // namespace had::control
