export * from "../components";
