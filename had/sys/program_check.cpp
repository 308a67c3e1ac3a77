#include "had/sys/program_check.hpp"

#include "had/core/base/text.hpp"
#include "had/core/config/command_words.hpp"
#include "had/core/service/step.hpp"
#include "had/sys/file.hpp"
#include "had/sys/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace had::sys {

namespace {

using core::Diagnostic;
using core::Severity;

std::string name_of(const std::string& program) { return program.substr(program.rfind('/') + 1); }

// The word behind `key`; empty: there is none.
std::string behind(const std::vector<std::string>& words, std::string_view key) {
    const auto at = std::find(words.begin(), words.end(), key);
    return at == words.end() || at + 1 == words.end() ? std::string() : *(at + 1);
}

// The first line that has just these words, each parted by blanks; 0: none.  A file that cannot be read says nothing.
unsigned line_with(const std::string& path, const std::vector<std::string_view>& words) try {
    const auto text = read_file_if_there(path);
    if (!text) return 0;
    std::string_view rest = *text;
    for (unsigned number = 1; !rest.empty(); ++number) {
        std::string line(core::take_until(rest, '\n'));
        line.erase(std::min(line.find_first_of("#;"), line.size()));
        std::string spread;
        for (const char c : line) spread += c == '=' ? std::string(" = ") : std::string(1, c);
        if (core::words_of(spread) == words) return number;
    }
    return 0;
} catch (const std::exception&) {
    return 0;
}

class Look {
public:
    Look(const core::ServiceConfig& service, core::Diagnostics& list) : service_(service), list_(list) {}

    void all() const {
        if (!service_.unit.empty() && service_.unit.find('%') == std::string::npos) unit();
        for (const std::string* command : {&service_.command, &service_.probe, &service_.stop}) {
            const auto words = core::command_words(*command);
            if (!words || words->empty() || words->front().find('%') != std::string::npos) continue;
            if (!is_program(words->front()))
                warn(fmt::format("there is no program '{}' here: it fails until there is", words->front()));
            again(*words);
        }
    }

private:
    void unit() const {
        switch (unit_file(service_.unit)) {
        case UnitFile::there: return;
        case UnitFile::masked:
            return warn(fmt::format("{0} is masked: it fails until `systemctl unmask {0}`", service_.unit));
        case UnitFile::missing: return warn(fmt::format("there is no unit {} here: it fails until there is",
                                                        service_.unit));
        }
    }
    // pppd(8) and xl2tpd.conf(5): they dial again for ever, and whoever looks at them sees no end.
    void again(const std::vector<std::string>& words) const {
        const std::string program = name_of(words.front());
        if (program == "pppd") {
            std::string file = behind(words, "file");
            const std::string peer = behind(words, "call");
            if (file.empty() && !peer.empty()) file = "/etc/ppp/peers/" + peer;
            if (const unsigned line = line_with(file, {"persist"}))
                warn(fmt::format("{}:{} says 'persist': pppd would dial again by itself, and never end; 'nopersist' "
                                 "leaves that to the daemon", file, line));
        } else if (program == "xl2tpd") {
            const std::string file = behind(words, "-c");
            if (const unsigned line = line_with(file, {"redial", "=", "yes"}))
                warn(fmt::format("{}:{} says 'redial = yes': xl2tpd would dial again by itself; 'redial = no' leaves "
                                 "that to the daemon", file, line));
        }
    }
    void warn(std::string text) const {
        core::tell(list_, core::mistake(Severity::warning, service_.line, "service " + service_.name, std::move(text)));
    }

    const core::ServiceConfig& service_;
    core::Diagnostics& list_;
};

} // namespace

std::optional<std::string> path_of_program(const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    for (const std::string_view directory : core::split(program_path, ':')) {
        std::string path = std::string(directory) + "/" + name;
        if (::access(path.c_str(), X_OK) == 0) return path;
    }
    return std::nullopt;
}

bool is_program(const std::string& name) {
    const auto path = path_of_program(name);
    return path && ::access(path->c_str(), X_OK) == 0;
}

// An instance has its own file, or that of its template.  A link to /dev/null, or an empty file, masks it.
UnitFile unit_file(const std::string& name, const std::string& root) {
    std::vector<std::string> names{name};
    const auto at = name.find('@'), end = name.rfind('.');
    if (at != std::string::npos && end > at + 1) names.push_back(name.substr(0, at + 1) + name.substr(end));
    for (const std::string& each : names)
        for (const char* directory : {"/etc/systemd/system.control", "/run/systemd/system.control",
                                      "/run/systemd/transient", "/run/systemd/generator.early", "/etc/systemd/system",
                                      "/run/systemd/system", "/run/systemd/generator", "/usr/local/lib/systemd/system",
                                      "/usr/lib/systemd/system", "/lib/systemd/system",
                                      "/run/systemd/generator.late"}) {
            struct stat file {};
            if (::stat((root + directory + "/" + each).c_str(), &file) != 0) continue;
            return S_ISCHR(file.st_mode) || (S_ISREG(file.st_mode) && file.st_size == 0) ? UnitFile::masked
                                                                                        : UnitFile::there;
        }
    return UnitFile::missing;
}

core::Diagnostics look_at_programs(const core::Config& config) {
    core::Diagnostics list;
    for (const core::ServiceConfig& service : core::all_services(config)) Look(service, list).all();
    return list;
}

} // namespace had::sys
