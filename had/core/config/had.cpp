// [had] and [domain NAME]: what this host is, and which slots it controls.
#include "had/core/config/command_words.hpp"
#include "had/core/config/parse.hpp"
#include "had/core/config/print.hpp"
#include "had/core/base/duration.hpp"
#include "had/core/base/limits.hpp"
#include "had/core/base/names.hpp"

namespace had::core {

namespace {

void read_domains(const Reader& reader, Settings& had) {
    for (const std::string_view word : reader.list()) {
        const auto same = std::find(had.domains.begin(), had.domains.end(), word);
        if (const auto wrong = wrong_label(word)) {
            reader.error("'{}' is no domain's name: it {}", word, *wrong);
        } else if (same != had.domains.end()) {
            reader.error("domain {} is given twice", word);
        } else {
            had.domains.emplace_back(word);
        }
    }
}

void read_event_source(const Reader& reader, Settings& had) {
    constexpr std::string_view words[] = {"auto", "udev", "kernel"};
    const auto found = std::find(std::begin(words), std::end(words), reader.text());
    if (found == std::end(words)) return reader.unknown(words);
    had.event_source = static_cast<EventSource>(found - std::begin(words));
}

void read_last_port(const Reader& reader, Settings& had) {
    constexpr std::string_view words[] = {"refuse", "allow"};
    const auto found = std::find(std::begin(words), std::end(words), reader.text());
    if (found == std::end(words)) return reader.unknown(words);
    had.last_port = static_cast<LastPort>(found - std::begin(words));
}

void read_socket_group(const Reader& reader, Settings& had) {
    if (reader.text().find_first_of(" \t:,/") != std::string::npos) {
        return reader.must_be("the name of one group");
    }
    had.socket_group = reader.text();
    had.socket_group_line = reader.line();
}

void read_path(const Reader& reader, std::string& into) {
    if (const auto path = reader.absolute_path()) into = *path;
}

// "16MiB"
void read_size(const Reader& reader, std::uint64_t& into) {
    constexpr std::pair<std::string_view, unsigned> units[] = {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}};
    const std::string_view text = reader.text();
    if (text == "0") return void(into = 0);
    for (const auto& [unit, shift] : units) {
        if (!text.ends_with(unit)) continue;
        const auto count = whole_number(text.substr(0, text.size() - unit.size()));
        const std::uint64_t size = count && *count < (1U << 20) ? *count << shift : 0;
        if (size < limits::history_least || size > limits::history_most) break;
        return void(into = size);
    }
    reader.must_be("0, or a size of 1MiB to 1GiB such as 16MiB");
}

// "400d"
void read_age(const Reader& reader, Duration& into) {
    const std::string_view text = reader.text();
    const auto days = text.ends_with('d') ? whole_number(text.substr(0, text.size() - 1)) : std::nullopt;
    if (!days || *days < 1 || *days > 36500) return reader.must_be("a number of days such as 400d");
    into = std::chrono::hours(24 * static_cast<std::int64_t>(*days));
}

void read_time(const Reader& reader, Duration& into, Duration least, Duration most) {
    const auto time = reader.duration();
    if (!time) return;
    if (*time < least || *time > most)
        return reader.error("'{}' is {} to {}", reader.key(), print_duration(least), print_duration(most));
    into = *time;
}

// "dhcpcd -B -q %{interface}"
void read_client(const Reader& reader, std::string& into) {
    const auto words = command_words(reader.text());
    const auto names = placeholders(reader.text());
    if (!words || words->empty() || !names || *names != std::vector<std::string>{"interface"})
        return reader.must_be("a program and its arguments, with %{interface} among them once");
    into = reader.text();
}

constexpr Key<Settings> had_keys[] = {
    {"domains", read_domains},
    {"pcidrivers", [](const Reader& r, Settings& s) { read_path(r, s.pcidrivers); }},
    {"event_source", read_event_source},
    {"unload_drivers",
     [](const Reader& r, Settings& s) { s.unload_drivers = r.yes_or_no().value_or(false); }},
    {"socket_group", read_socket_group},
    {"notify_dir", [](const Reader& r, Settings& s) { read_path(r, s.notify_dir); }},
    {"metrics_file", [](const Reader& r, Settings& s) { s.metrics_file = r.written_path().value_or(""); }},
    {"last_port", read_last_port},
    {"history_size", [](const Reader& r, Settings& s) { read_size(r, s.history_size); }},
    {"history_age", [](const Reader& r, Settings& s) { read_age(r, s.history_age); }},
    {"notify_timeout",
     [](const Reader& r, Settings& s) {
         read_time(r, s.notify_timeout, std::chrono::seconds(1), std::chrono::hours(1));
     }},
    {"dhcp_client", [](const Reader& r, Settings& s) { read_client(r, s.dhcp_client); }},
    {"dhcp_rebind", [](const Reader& r, Settings& s) { read_client(r, s.dhcp_rebind); }},
    {"notify_after",
     [](const Reader& r, Settings& s) { read_time(r, s.notify_after, Duration(0), std::chrono::hours(24)); }},
};

struct DomainDraft {
    Domain domain;
    std::size_t& in_file;                     // slots of all domains
    std::set<SlotName> seen = {};
};

// A slip such as `1-80000` must not fill the memory.
void add_slot(const Reader& reader, DomainDraft& draft, SlotName slot) {
    if (draft.in_file > limits::slots) return;
    if (++draft.in_file > limits::slots) {
        reader.error("the domains have more than {} slots", limits::slots);
    } else if (!draft.seen.insert(slot).second) {
        reader.error("slot {} is given twice", slot);
    } else {
        draft.domain.slots.push_back(std::move(slot));
    }
}

void add_range(const Reader& reader, DomainDraft& draft, std::string_view range) {
    const auto dash = range.find('-');
    const auto first = whole_number(range.substr(0, dash));
    const auto last = whole_number(range.substr(dash + 1));
    if (!first || !last) {
        return reader.error("'{}' is no range, write it as 1-8, without blanks", range);
    }
    if (*first > *last) {
        return reader.error("'{}' is no range, the smaller number comes first", range);
    }
    if (*last - *first >= limits::slots) {
        return reader.error("'{}' has more than {} slots", range, limits::slots);
    }
    for (std::uint64_t n = *first; draft.in_file <= limits::slots; ++n) {
        add_slot(reader, draft, std::to_string(n));
        if (n == *last) return;               // *last may be the greatest number there is
    }
}

void read_slots(const Reader& reader, DomainDraft& draft) {
    for (const std::string_view word : reader.list()) {
        if (looks_like_range(word)) {
            add_range(reader, draft, word);
        } else if (const auto wrong = wrong_label(word)) {
            reader.error("'{}' is no slot: it {}", word, *wrong);
        } else {
            add_slot(reader, draft, SlotName(word));
        }
    }
}

constexpr Key<DomainDraft> domain_keys[] = {{"slots", read_slots}};

void parse_had(Parsing& parsing, const Heading& heading) {
    read_keys<Settings>(parsing, heading, had_keys, parsing.config.had);
}

void parse_domain(Parsing& parsing, const Heading& heading) {
    DomainDraft draft{{}, parsing.slots};
    Domain& domain = draft.domain;
    domain.name = heading.name;
    domain.line = heading.section.line;
    read_keys<DomainDraft>(parsing, heading, domain_keys, draft);
    if (!parsing.has(heading.section.name, "slots")) {
        heading.notes.error(domain.line, "a domain needs 'slots', such as 1-8");
    }
    parsing.config.domains.push_back(std::move(domain));
}

std::string print_size(std::uint64_t bytes) {
    if (bytes == 0) return "0";
    if (bytes % (1U << 30) == 0) return fmt::format("{}GiB", bytes >> 30);
    return bytes % (1U << 20) == 0 ? fmt::format("{}MiB", bytes >> 20) : fmt::format("{}KiB", bytes >> 10);
}

void print_had(Printer& out, const Config& config) {
    const Settings& had = config.had;
    const Settings usual;
    if (had == usual) return;
    out.section("had");
    out.given("domains", had.domains);
    if (had.pcidrivers != usual.pcidrivers) out.key("pcidrivers", had.pcidrivers);
    switch (had.event_source) {
    case EventSource::automatic: break;
    case EventSource::udev: out.key("event_source", "udev"); break;
    case EventSource::kernel: out.key("event_source", "kernel"); break;
    }
    if (had.unload_drivers) out.key("unload_drivers", "yes");
    out.given("socket_group", had.socket_group);
    out.given("notify_dir", had.notify_dir);
    out.given("metrics_file", had.metrics_file);
    if (had.last_port == LastPort::allow) out.key("last_port", "allow");
    if (had.history_size != usual.history_size) out.key("history_size", print_size(had.history_size));
    if (had.history_age != usual.history_age)
        out.key("history_age", fmt::format("{}d", had.history_age / std::chrono::hours(24)));
    if (had.notify_timeout != usual.notify_timeout) out.key("notify_timeout", print_duration(had.notify_timeout));
    if (had.dhcp_client != usual.dhcp_client) out.key("dhcp_client", had.dhcp_client);
    if (had.dhcp_rebind != usual.dhcp_rebind) out.key("dhcp_rebind", had.dhcp_rebind);
    if (had.notify_after != usual.notify_after) out.key("notify_after", print_duration(had.notify_after));
}

// "1-8 11 front": neighbours that count on become a range.
std::string print_slots(const std::vector<SlotName>& slots) {
    const auto follows = [](const SlotName& a, const SlotName& b) {
        if (a.size() > 9 || a.find_first_not_of("0123456789") != SlotName::npos) return false;
        return (a == "0" || a[0] != '0') && b == std::to_string(std::stoul(a) + 1);
    };
    std::string text;
    for (std::size_t first = 0; first < slots.size();) {
        std::size_t last = first;
        while (last + 1 < slots.size() && follows(slots[last], slots[last + 1])) ++last;
        if (!text.empty()) text += ' ';
        text += slots[first];
        if (last > first) text += '-' + slots[last];
        first = last + 1;
    }
    return text;
}

void print_domains(Printer& out, const Config& config) {
    for (const Domain& domain : config.domains) {
        out.section("domain", domain.name);
        out.given("slots", print_slots(domain.slots));
    }
}

std::vector<std::string_view> had_key_names() { return names_of<Settings>(had_keys); }
std::vector<std::string_view> domain_key_names() { return names_of<DomainDraft>(domain_keys); }

} // namespace

const SectionRule had_section{"had", Named::no, true, parse_had, had_key_names, print_had};
const SectionRule domain_section{"domain", Named::label, true, parse_domain, domain_key_names, print_domains};

} // namespace had::core
