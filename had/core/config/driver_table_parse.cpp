#include "had/core/config/driver_table.hpp"
#include "had/core/base/number.hpp"
#include "had/core/base/ini.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace had::core {

namespace {

constexpr std::string_view module_letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
constexpr std::size_t max_module_name = 55; // MODULE_NAME_LEN, include/linux/moduleparam.h

bool is_module_name(std::string_view name) {
    return !name.empty() && name.size() <= max_module_name &&
           name.find_first_not_of(module_letters) == std::string_view::npos;
}

// At blanks, except inside double quotes: a module's option may be name="two words".
std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> result;
    bool inside = false, quoted = false;
    for (const char c : text) {
        const bool blank = !quoted && (c == ' ' || c == '\t');
        if (c == '"') quoted = !quoted;
        if (!blank && !inside) result.emplace_back();
        if (!blank) result.back() += c;
        inside = !blank;
    }
    return result;
}

// `number` is set for four digits, left empty for `*`.
bool parse_field(std::string_view text, std::optional<std::uint16_t>& number) {
    if (text == "*") return true;
    number = hex_digits<std::uint16_t>(text, 4);
    return number.has_value();
}

std::optional<DriverClaim> parse_id(std::string_view text, unsigned line) {
    std::vector<std::string_view> fields;
    for (std::string_view rest = text;;) {
        const auto colon = rest.find(':');
        fields.push_back(rest.substr(0, colon));
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 1);
    }
    DriverClaim claim;
    claim.line = line;
    if (fields.size() != 2 && fields.size() != 4) return std::nullopt;
    if (!parse_field(fields[0], claim.vendor) || !parse_field(fields[1], claim.device))
        return std::nullopt;
    if (fields.size() == 4 &&
        !(parse_field(fields[2], claim.subvendor) && parse_field(fields[3], claim.subdevice)))
        return std::nullopt;
    return claim;
}

class Parser {
public:
    explicit Parser(IniFile file) : file_(std::move(file)) {
        result_.diagnostics = std::move(file_.diagnostics);
    }

    ParsedDriverTable run() {
        for (const IniSection& section : file_.sections)
            if (!section.name.empty()) read(section);
        note_equal_claims();
        sort_by_line(result_.diagnostics);
        return std::move(result_);
    }

private:
    void read(const IniSection& section);
    void read(const IniEntry& line, DriverEntry& entry);
    void read_ids(const IniEntry& line, DriverEntry& entry);
    void read_classes(const IniEntry& line, DriverEntry& entry);
    void read_options(const IniEntry& line, DriverEntry& entry);
    void read_also(const IniEntry& line, DriverEntry& entry);
    void reject_repeats(const IniSection& section);
    void note_equal_claims();

    void error(unsigned line, std::string text) { tell(Severity::error, line, std::move(text)); }
    void warning(unsigned line, std::string text) {
        tell(Severity::warning, line, std::move(text));
    }
    void tell(Severity severity, unsigned line, std::string text) {
        core::tell(result_.diagnostics, {severity, line, module_, std::move(text)});
    }

    IniFile file_;
    std::string module_; // whose section is read
    std::map<std::string, const IniSection*> modules_; // as same_module() compares them
    ParsedDriverTable result_;
};

void Parser::read(const IniSection& section) {
    DriverEntry entry;
    entry.module = module_ = section.name;
    entry.line = section.line.number();
    if (!is_module_name(section.name)) error(section.line.number(), "not a name that a module can have");
    std::string spelt = section.name;
    std::replace(spelt.begin(), spelt.end(), '-', '_');
    const auto [other, is_new] = modules_.try_emplace(std::move(spelt), &section);
    if (!is_new)
        error(section.line.number(),
              fmt::format("the same module as [{}] in line {}, '-' and '_' do not differ",
                          other->second->name, other->second->line.number()));
    reject_repeats(section);
    for (const IniEntry& line : section.entries)
        read(line, entry);
    const bool has_claim_line =
        std::any_of(section.entries.begin(), section.entries.end(),
                    [](const IniEntry& line) { return line.key == "id" || line.key == "class"; });
    if (!has_claim_line) warning(section.line.number(), "claims no card, it has neither 'id' nor 'class'");
    result_.table.entries.push_back(std::move(entry));
}

// `id` and `class` are lists and add up.
void Parser::reject_repeats(const IniSection& section) {
    std::map<std::string_view, unsigned> seen;
    for (const IniEntry& line : section.entries) {
        if (line.key != "options" && line.key != "also") continue;
        const auto [first, is_new] = seen.emplace(line.key, line.line.number());
        if (!is_new)
            error(line.line.number(),
                  fmt::format("'{}' is given twice, first in line {}", line.key, first->second));
    }
}

void Parser::read(const IniEntry& line, DriverEntry& entry) {
    if (line.key == "id") return read_ids(line, entry);
    if (line.key == "class") return read_classes(line, entry);
    if (line.key == "options") return read_options(line, entry);
    if (line.key == "also") return read_also(line, entry);
    error(line.line.number(),
          fmt::format("unknown key '{}'{}", line.key, did_you_mean(line.key, driver_table_keys)));
}

void Parser::read_ids(const IniEntry& line, DriverEntry& entry) {
    for (const std::string& word : words(line.value)) {
        const auto claim = parse_id(word, line.line.number());
        if (!claim) {
            error(line.line.number(),
                  fmt::format("'{}' is not VVVV:DDDD[:SSSS:ssss], four hexadecimal digits or "
                              "'*' each, as `lspci -n` prints them",
                              word));
            continue;
        }
        if (!claim->vendor && !claim->device && !claim->subvendor && !claim->subdevice)
            warning(line.line.number(), fmt::format("'{}' claims every card that no narrower line claims", word));
        else if (!claim->vendor && claim->device)
            warning(line.line.number(),
                    fmt::format("'{}' claims device {:04x} of every vendor", word, *claim->device));
        entry.claims.push_back(*claim);
    }
}

void Parser::read_classes(const IniEntry& line, DriverEntry& entry) {
    for (const std::string& word : words(line.value)) {
        DriverClaim claim;
        claim.line = line.line.number();
        if (!parse_field(word, claim.device_class) || !claim.device_class) {
            error(line.line.number(),
                  fmt::format("'{}' is not a class and subclass, four hexadecimal digits: 0200 "
                              "is an Ethernet controller",
                              word));
            continue;
        }
        if (*claim.device_class >> 8 != 0x02)
            warning(line.line.number(),
                    fmt::format("class {} is no network controller (02xx), the daemon never looks it up",
                                word));
        entry.claims.push_back(claim);
    }
}

void Parser::read_options(const IniEntry& line, DriverEntry& entry) {
    entry.options = line.value;
    if (std::count(line.value.begin(), line.value.end(), '"') % 2 != 0)
        return error(line.line.number(), "a double quote in 'options' is not closed");
    // modprobe.d(5): the line would go on in the next one.
    if (line.value.ends_with('\\')) return error(line.line.number(), "'options' ends in a backslash");
    for (const std::string& word : words(line.value)) {
        const std::string name = word.substr(0, word.find('='));
        if (!is_module_name(name))
            error(line.line.number(), fmt::format("'{}' is not an option of the form name=value", word));
    }
}

void Parser::read_also(const IniEntry& line, DriverEntry& entry) {
    entry.also = words(line.value);
    for (const std::string& other : entry.also) {
        if (!is_module_name(other))
            error(line.line.number(), fmt::format("'{}' is not a name that a module can have", other));
        else if (same_module(other, entry.module))
            error(line.line.number(), "'also' names the module itself");
    }
}

// Legal, since Debian's own aliases have such pairs, but never meant by accident.
void Parser::note_equal_claims() {
    std::map<std::string, std::pair<const DriverEntry*, unsigned>> first_by_text;
    for (const DriverEntry& entry : result_.table.entries) {
        module_ = entry.module;
        for (const DriverClaim& claim : entry.claims) {
            const auto [first, is_new] =
                first_by_text.try_emplace(to_string(claim), &entry, claim.line);
            if (is_new) continue;
            const auto& [other, line] = first->second;
            if (other == &entry) {
                warning(claim.line,
                        fmt::format("'{}' is given twice, first in line {}", first->first, line));
            } else {
                warning(claim.line,
                        fmt::format("'{}' is also claimed by {} in line {}, which is tried first",
                                    first->first, other->module, line));
            }
        }
    }
}

} // namespace

ParsedDriverTable parse_driver_table(std::string_view text) {
    return Parser(parse_ini(text)).run();
}

} // namespace had::core
