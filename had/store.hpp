// What the daemon keeps in files of its own: what it has made, what operators have ordered, which cards served.
//
// Each file is written whole, beside the old one, synced and renamed.  A file that cannot be read, or not whole, is
// reported and set aside under another name.  It is never taken for empty and never overwritten: a released domain
// that is forgotten would be driven by two hosts.
#pragma once

#include "had/core/policy/acceptance.hpp"
#include "had/core/policy/orders.hpp"
#include "had/core/action/owned.hpp"

#include <set>
#include <string>
#include <vector>

namespace had {

struct StorePaths {
    std::string owned = "/run/had/owned";
    std::string orders = "/var/lib/had/orders";
    std::string cards = "/var/lib/had/cards";
    std::string services = "/run/had/services";               // a directory, of sys/service_runner
};

struct Kept {
    core::Owned owned;
    core::Orders orders;
    core::Models models;

    struct Trouble {
        std::string path, what;               // what is wrong with it, a sentence that names it
    };
    std::vector<Trouble> troubles;            // of files that are not known whole
};

class Store {
public:
    explicit Store(StorePaths paths) : paths_(std::move(paths)) {}

    // Reads what can be read.  A file that does not exist is an empty one, unless one was set aside and nothing was
    // written since.  Changes nothing.
    [[nodiscard]] Kept read() const;
    // Renames the files of `troubles` to NAME.bad, NAME.bad.2 and so on; says what became of each.  A file that
    // cannot be renamed is never written by this Store.
    std::vector<std::string> set_aside(const Kept& kept);

    // On std::system_error the file is as it was.
    void write(const core::Owned& owned) const;
    void write(const core::Orders& orders) const;
    void write(const core::Models& models) const;

private:
    void write(const std::string& path, std::string_view kind, std::string_view lines) const;

    StorePaths paths_;
    std::set<std::string> unread_;            // still in place
};

// What the daemon starts with.  When something could not be read, acting nevertheless might bind a card that is safe
// to pull, or drive a domain that another host has.  So the file is set aside and reported, and the daemon is paused
// until `hadctl resume`.
Kept read_or_pause(Store& store);

} // namespace had
