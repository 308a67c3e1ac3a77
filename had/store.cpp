#include "had/store.hpp"

#include "had/core/base/state_file.hpp"
#include "had/quietly.hpp"
#include "had/sys/clock.hpp"
#include "had/sys/file.hpp"
#include "had/sys/log.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <system_error>

namespace had {
namespace {

constexpr std::string_view owned_kind = "owned", orders_kind = "orders", cards_kind = "cards";
// A call that failed for want of memory or of a descriptor may succeed the next time.
constexpr int tries = 3;
constexpr int most_set_aside = 9;

bool is_there(const std::string& path) { return std::filesystem::exists(std::filesystem::symlink_status(path)); }

std::string aside(const std::string& path) { return path + ".bad"; }

// Nothing: there is no such file.  A link that leads nowhere counts as a file that cannot be read, and so does one that
// was set aside and has no successor: a full disk, or a power cut, may have come between.
std::optional<std::string> read_persistently(const std::string& path) {
    namespace fs = std::filesystem;
    for (int left = tries - 1;; --left) {
        try {
            auto text = sys::read_file_if_there(path);
            if (!text && fs::is_symlink(fs::symlink_status(path)))
                throw std::runtime_error(path + ": it is a link to a file that is not there");
            if (!text && is_there(aside(path)))
                throw std::runtime_error(path + " is not there, and what was before it is in " + aside(path));
            return text;
        } catch (const std::exception&) {
            if (left == 0) throw;
        }
    }
}

// The lines of a file; what is wrong with it is added to `troubles`.
std::string lines_of(const std::string& path, std::string_view kind, std::vector<Kept::Trouble>& troubles) {
    try {
        const auto text = read_persistently(path);
        if (!text) return "";
        const core::Unsealed inside = core::unseal(kind, *text);
        if (!inside.damage.empty()) troubles.push_back({path, fmt::format("{}: {}", path, inside.damage)});
        return std::string(inside.lines);
    } catch (const std::exception& e) {
        troubles.push_back({path, e.what()});
        return "";
    }
}

// The first name that is free.  When none is, the file with the last name is given up.
std::string name_aside(const std::string& path) {
    std::string name = aside(path);
    for (int i = 2; i <= most_set_aside && is_there(name); ++i)
        name = fmt::format("{}.bad.{}", path, i);
    return name;
}

} // namespace

Kept Store::read() const {
    Kept kept;
    kept.owned = core::parse_owned(lines_of(paths_.owned, owned_kind, kept.troubles));
    core::ParsedOrders parsed = core::parse_orders(lines_of(paths_.orders, orders_kind, kept.troubles));
    for (const std::string& mistake : parsed.mistakes)
        kept.troubles.push_back({paths_.orders, fmt::format("{}: {}", paths_.orders, mistake)});
    kept.orders = std::move(parsed.orders);
    kept.models = core::parse_models(lines_of(paths_.cards, cards_kind, kept.troubles));
    return kept;
}

std::vector<std::string> Store::set_aside(const Kept& kept) {
    std::set<std::string> paths;
    for (const Kept::Trouble& trouble : kept.troubles) paths.insert(trouble.path);
    std::vector<std::string> told;
    for (const std::string& path : paths) {
        const std::string name = name_aside(path);
        std::error_code error;
        std::filesystem::rename(path, name, error);
        if (!error) {
            told.push_back(fmt::format("{} is kept as {}; what could be read of it holds", path, name));
            continue;
        }
        if (error == std::errc::no_such_file_or_directory) continue;       // so nothing is lost by a new one
        unread_.insert(path);
        told.push_back(fmt::format("{} cannot be renamed: {}; nothing will be written there until it is moved "
                                   "away and the daemon is started again",
                                   path, error.message()));
    }
    return told;
}

void Store::write(const core::Owned& owned) const { write(paths_.owned, owned_kind, core::print(owned)); }
void Store::write(const core::Orders& orders) const { write(paths_.orders, orders_kind, core::print(orders)); }
void Store::write(const core::Models& models) const { write(paths_.cards, cards_kind, core::print(models)); }

void Store::write(const std::string& path, std::string_view kind, std::string_view lines) const {
    if (unread_.contains(path))
        throw std::system_error(std::make_error_code(std::errc::file_exists),
                                path + ": it could not be read, and is not written over");
    sys::make_parent(path);
    sys::write_file(path, core::seal(kind, lines));
}

Kept read_or_pause(Store& store) {
    Kept kept = store.read();
    if (kept.troubles.empty()) return kept;
    for (const Kept::Trouble& trouble : kept.troubles) sys::log(core::NoticeLevel::error, trouble.what);
    for (const std::string& told : store.set_aside(kept)) sys::log(core::NoticeLevel::error, told);
    if (!kept.orders.pause) kept.orders.pause = core::PauseOrder{"the daemon", sys::wall_now(), std::nullopt};
    kept.orders.pause->until.reset();
    const std::string_view cannot = "cannot write down what could be read";
    quietly(cannot, [&] { store.write(kept.orders); });
    quietly(cannot, [&] { store.write(kept.owned); });
    quietly(cannot, [&] { store.write(kept.models); });
    sys::log(core::NoticeLevel::error, "the daemon starts paused, since it cannot know which orders hold: look at the "
                                 "files, then `hadctl resume`");
    return kept;
}

} // namespace had
