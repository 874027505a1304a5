// What moves by itself.
() => document.getAnimations().filter((one) => one.playState === "running").length;
