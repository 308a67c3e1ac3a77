// The base of the stories in which had runs: programs from the build tree, the shipped driver table,
// and the network of the article around it.
#pragma once

#include "test/chassis/story.hpp"
#include "test/chassis/traffic.hpp"

#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace had::test {

// The bond of the 2002 sample, without cards: what most stories begin with.
extern const std::string article_conf;

// The article's file with another mode, or any other words exchanged.
std::string with(std::string text, std::string_view from, std::string_view to);

// udevd names the interfaces, where a story starts it.
Options renaming();
// systemd is the first program, and udevd is there.
Options under_systemd();

// A message that costs something: asked for when a check has failed, where BOOST_TEST evaluates an expression each
// time, and more than once.
struct Lazily {
    std::function<std::string()> text;
};
inline std::ostream& operator<<(std::ostream& out, const Lazily& message) { return out << message.text(); }

// Whose programs run: the build tree's, or what the story has installed itself.
enum class Programs { of_the_tree, of_the_story };

struct HadStory : Story {
    explicit HadStory(const Options& options = {}, Programs programs = Programs::of_the_tree);

    // had with this file, ready when this returns.
    void start(std::string_view conf, std::string_view arguments = "");
    // SIGKILL, as the worst that can happen to it, and a new one.
    void kill();
    void start_again();
    // Another file, and a reload that must be taken.
    void reload(std::string_view conf);

    Result hadctl(std::string_view arguments) { return guest.run("hadctl " + std::string(arguments)); }
    // Until hadctl says that the object is so.
    void wait(std::string_view object, std::string_view health, Limit limit = 20s);
    // Until every port of every bond has earned its place: before that, a bond that loses its active port may
    // move to another one of the same card.
    void wait_earned(Limit limit = 20s);
    std::string status() { return hadctl("status").out; }
    std::string log() { return guest.read_file("/run/had.log"); }
    const Lazily status_now{[this] { return status(); }}, log_now{[this] { return log(); }};
    // Until the log has a line that matches the extended regular expression.
    void wait_log(std::string_view pattern, Limit limit = 20s);

    std::string bond_mac() { return guest.expect("cat /sys/class/net/bond0/address"); }
    std::string active() { return guest.expect("cat /sys/class/net/bond0/bonding/active_slave"); }
    // The interface of a port by the name that udevd has given it.
    std::string named(int slot, int port);
    // The slot whose card carries the bond's traffic now.
    int active_slot();

    Background had;
};

// bond0 over every port of the cards in slots 2 and 12.
extern const std::string two_cards_conf;

// Of traffic that went on for a while, in both directions.
void expect_no_loss(const TrafficReport& report);

} // namespace had::test
