#include "had/sys/systemd_codec.hpp"

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace had::sys {

namespace {

constexpr const char* unit_prefix = "/org/freedesktop/systemd1/unit";
constexpr int warnings_and_worse = 4;         // of syslog(3)
constexpr std::uint64_t never = UINT64_MAX;

// systemd.service(5), "Command lines": `$$` is a dollar sign.
std::string without_variables(const std::string& word) {
    std::string all;
    for (const char c : word) all += c == '$' ? std::string(2, c) : std::string(1, c);
    return all;
}

// Each call throws, with the name of the property.
class Properties {
public:
    explicit Properties(sd_bus_message& call) : call_(call) {}

    template <class... T>
    void add(const char* name, const char* type, T... value) {
        what_ = name;
        open(SD_BUS_TYPE_STRUCT, "sv");
        check(::sd_bus_message_append(&call_, "s", name));
        check(::sd_bus_message_append(&call_, "v", type, value...));
        close();
    }
    void add(const char* name, const std::vector<std::string>& words) {
        begin(name, "as");
        list(words);
        end();
    }
    // No shell, and no variables: the words are what had.conf has.  ExecStartEx has a flag for that, but systemd 252
    // writes the property's name to the transient unit file, and knows no such key when it reads the file again at a
    // daemon-reload: the unit is `bad-setting` from then on.
    void command(const std::vector<std::string>& words) {
        begin("ExecStart", "a(sasb)");
        open(SD_BUS_TYPE_ARRAY, "(sasb)");
        open(SD_BUS_TYPE_STRUCT, "sasb");
        check(::sd_bus_message_append(&call_, "s", words.front().c_str()));
        std::vector<std::string> literal;
        for (const std::string& word : words) literal.push_back(without_variables(word));
        list(literal);
        check(::sd_bus_message_append(&call_, "b", 0));       // its failure is one
        close();
        close();
        end();
    }

private:
    void check(int result) const {
        if (result < 0) throw std::system_error(-result, std::generic_category(), what_);
    }
    void open(char kind, const char* contents) { check(::sd_bus_message_open_container(&call_, kind, contents)); }
    void close() { check(::sd_bus_message_close_container(&call_)); }
    void begin(const char* name, const char* type) {
        what_ = name;
        open(SD_BUS_TYPE_STRUCT, "sv");
        check(::sd_bus_message_append(&call_, "s", name));
        open(SD_BUS_TYPE_VARIANT, type);
    }
    void end() {
        close();
        close();
    }
    void list(const std::vector<std::string>& words) {
        open(SD_BUS_TYPE_ARRAY, "s");
        for (const std::string& word : words) check(::sd_bus_message_append(&call_, "s", word.c_str()));
        close();
    }

    sd_bus_message& call_;
    const char* what_ = "";
};

std::uint64_t microseconds(core::Duration time) {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

void read_text(sd_bus_message& message, std::optional<std::string>& into) {
    const char* text = nullptr;
    if (::sd_bus_message_read(&message, "v", "s", &text) > 0) into = text;
}

void read_number(sd_bus_message& message, const char* type, std::optional<int>& into) {
    std::int32_t number = 0;                  // `u` and `i` have the same size
    if (::sd_bus_message_read(&message, "v", type, &number) > 0) into = number;
}

void read_truth(sd_bus_message& message, std::optional<bool>& into) {
    int truth = 0;
    if (::sd_bus_message_read(&message, "v", "b", &truth) > 0) into = truth != 0;
}

// By name and type; false: it is none that is wanted, or of another type.
bool read_property(sd_bus_message& message, const std::string& name, UnitState& state) {
    char kind = 0;
    const char* contents = nullptr;
    if (::sd_bus_message_peek_type(&message, &kind, &contents) <= 0 || !contents) return false;
    const std::string type = contents;
    const struct { const char* name; std::optional<std::string>& into; } texts[] = {
        {"LoadState", state.load}, {"ActiveState", state.active}, {"SubState", state.sub}};
    for (const auto& one : texts)
        if (name == one.name && type == "s") return read_text(message, one.into), true;
    const struct { const char *name, *type; std::optional<int>& into; } numbers[] = {
        {"MainPID", "u", state.pid}, {"ExecMainCode", "i", state.code}, {"ExecMainStatus", "i", state.status}};
    for (const auto& one : numbers)
        if (name == one.name && type == one.type) return read_number(message, one.type, one.into), true;
    if (name == "Transient" && type == "b") return read_truth(message, state.transient), true;
    return false;
}

} // namespace

void append(sd_bus_message& call, const TransientUnit& unit) {
    const auto check = [](int result) {
        if (result < 0) throw std::system_error(-result, std::generic_category(), "StartTransientUnit");
    };
    check(::sd_bus_message_append(&call, "ss", unit.name.c_str(), "replace"));
    check(::sd_bus_message_open_container(&call, SD_BUS_TYPE_ARRAY, "(sv)"));
    Properties properties(call);
    properties.add("Description", "s", unit.description.c_str());
    properties.add("Type", "s", unit.type.c_str());
    // READY=1 may come from a process that it has started, as pppd's does from xl2tpd.
    if (unit.type == "notify") properties.add("NotifyAccess", "s", "all");
    properties.command(unit.words);
    properties.add("Environment", unit.environment);
    properties.add("Slice", "s", "system-had.slice");
    properties.add("KillMode", "s", "control-group");
    // The daemon knows when it is too late, and how often it is tried.  The stop has a second string to it.
    properties.add("TimeoutStartUSec", "t", never);
    properties.add("TimeoutStopUSec", "t", microseconds(unit.stop_timeout + std::chrono::seconds(10)));
    properties.add("StartLimitIntervalUSec", "t", std::uint64_t{0});
    properties.add("CollectMode", "s", "inactive-or-failed");
    if (unit.limit) {
        properties.add("RuntimeMaxUSec", "t", microseconds(*unit.limit));
        // One that takes TERM well and ends with 0 would count as a success.
        properties.add("KillSignal", "i", SIGKILL);
    }
    if (unit.quiet) properties.add("LogLevelMax", "i", warnings_and_worse);
    check(::sd_bus_message_close_container(&call));
    check(::sd_bus_message_append(&call, "a(sa(sv))", 0));
}

UnitState unit_state(sd_bus_message& message, Of of) {
    UnitState state;
    const char* interface = nullptr;
    if (of == Of::change && ::sd_bus_message_read(&message, "s", &interface) <= 0) return state;
    if (::sd_bus_message_enter_container(&message, SD_BUS_TYPE_ARRAY, "{sv}") <= 0) return state;
    while (::sd_bus_message_enter_container(&message, SD_BUS_TYPE_DICT_ENTRY, "sv") > 0) {
        const char* name = nullptr;
        if (::sd_bus_message_read(&message, "s", &name) <= 0) break;
        if (!read_property(message, name, state) && ::sd_bus_message_skip(&message, "v") < 0) break;
        if (::sd_bus_message_exit_container(&message) < 0) break;
    }
    return state;
}

UnitAnswer accepted(sd_bus_message& message) {
    UnitAnswer answer;
    const char* job = nullptr;
    if (::sd_bus_message_has_signature(&message, "o") > 0 && ::sd_bus_message_read(&message, "o", &job) > 0)
        answer.job = job;
    return answer;
}

UnitAnswer refusal(const sd_bus_error& error) {
    return {.error = error.message && *error.message ? error.message : error.name,
            .exists = std::strcmp(error.name, "org.freedesktop.systemd1.UnitExists") == 0,
            .lost = std::strcmp(error.name, SD_BUS_ERROR_NO_REPLY) == 0};
}

std::string path_of_unit(const std::string& unit) {
    char* path = nullptr;
    const int result = ::sd_bus_path_encode(unit_prefix, unit.c_str(), &path);
    if (result < 0) throw std::system_error(-result, std::generic_category(), unit);
    const std::unique_ptr<char, Unreferences<std::free>> owner(path);
    return path;
}

std::optional<std::string> unit_of_path(const char* path) {
    char* unit = nullptr;
    if (!path || ::sd_bus_path_decode(path, unit_prefix, &unit) <= 0) return std::nullopt;
    const std::unique_ptr<char, Unreferences<std::free>> owner(unit);
    return std::string(unit);
}

} // namespace had::sys
